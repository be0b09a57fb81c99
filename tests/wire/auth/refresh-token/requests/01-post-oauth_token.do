POST /oauth_token.do HTTP/1.1
Host: 127.0.0.1:PORT
User-Agent: sesdns/VERSION
Accept: application/json
Content-Type: application/x-www-form-urlencoded
Content-Length: 182

grant_type=refresh_token&client_id=0123456789abcdef0123456789abcdef&client_secret=Example-Client-Secret&refresh_token=REFRESH-TOKEN