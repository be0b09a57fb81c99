POST /oauth_token.do HTTP/1.1
Host: 127.0.0.1:PORT
User-Agent: sesdns/VERSION
Accept: application/json
Content-Type: application/x-www-form-urlencoded
Content-Length: 108

grant_type=client_credentials&client_id=0123456789abcdef0123456789abcdef&client_secret=Example-Client-Secret