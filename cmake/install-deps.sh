#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the packages that building sesdns needs; with --fake those of the stand-in for ServiceNow too,
# and with --tests those of all tests.
#
#   sh cmake/install-deps.sh [--fake|--tests]
#
# Looks first and installs only what is missing; where nothing is, it does nothing and asks for
# nothing. Exit status: 0 all there; 2 command line; 3 something is missing and could not be installed.
set -eu

# One row a need. `-` means that the system has it already, or that it has no such package: the tests
# that use it then say that they were skipped.
#
# kzonecheck, named-checkzone, ldns-read-zone and nsd-checkzone judge the zone files that we write; knotd,
# nsd and unbound serve what is to be verified. Fedora and Homebrew never start a service on installation.
# Those Debian packages that bring one stand in `services` below.
#
#      for   need              Debian, Ubuntu       Fedora               macOS
packages='
       build C-compiler        gcc                  gcc                  -
       build C-library         libc6-dev            glibc-devel          -
       build cmake             cmake                cmake                cmake
       build ninja             ninja-build          ninja-build          ninja
       build pkg-config        pkgconf              pkgconf-pkg-config   pkgconf
       build libcsv            libcsv-dev           libcsv-devel         libcsv
       build jansson           libjansson-dev       jansson-devel        jansson
       build libxml2           libxml2-dev          libxml2-devel        libxml2
       build libidn2           libidn2-dev          libidn2-devel        libidn2
       build OpenSSL           libssl-dev           openssl-devel        openssl@3
       build libpsl            libpsl-dev           libpsl-devel         libpsl
       build libcurl           libcurl4-openssl-dev libcurl-devel        curl
       build libunbound        libunbound-dev       unbound-devel        unbound
       build SQLite            libsqlite3-dev       sqlite-devel         sqlite
       build libical           libical-dev          libical-devel        libical
       build inih              libinih-dev          inih-devel           inih
       build popt              libpopt-dev          popt-devel           popt
       tests cmocka            libcmocka-dev        libcmocka-devel      cmocka
       tests sanitizers        -                    libasan              -
       tests sanitizers        -                    libubsan             -
       fake  libmicrohttpd     libmicrohttpd-dev    libmicrohttpd-devel  libmicrohttpd
       fake  gnutls            libgnutls28-dev      gnutls-devel         gnutls
       tests openssl           openssl              openssl              openssl@3
       tests diff              diffutils            diffutils            -
       tests python3           python3              python3              -
       tests jsonschema        python3-jsonschema   python3-jsonschema   -
       tests icalendar         python3-icalendar    python3-icalendar    -
       tests chromium          chromium             chromium             -
       tests xmllint           libxml2-utils        libxml2              -
       tests shellcheck        shellcheck           ShellCheck           shellcheck
       tests mandoc            mandoc               mandoc               mandoc
       tests valgrind          valgrind             valgrind             -
       tests kzonecheck        knot-dnssecutils     knot                 knot
       tests named-checkzone   bind9-utils          bind-utils           bind
       tests ldns-read-zone    ldnsutils            ldns-utils           ldns
       tests nsd-checkzone     nsd                  nsd                  nsd
       tests knotd             knot                 knot                 knot
       tests kdig              knot-dnsutils        knot-utils           knot
       tests unbound           unbound              unbound              unbound
'

wanted=build
case "$#:${1-}" in
0:) ;;
1:--fake) wanted='build|fake' ;;
1:--tests) wanted='build|fake|tests' ;;
*)
    echo "usage: install-deps.sh [--fake|--tests]" >&2
    exit 2
    ;;
esac

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    system=debian column=3
elif command -v dnf >/dev/null && command -v rpm >/dev/null; then
    system=fedora column=4
elif command -v brew >/dev/null; then
    system=macos column=5
else
    system=unknown column=2
fi

# True where the package is installed.
has()
{
    case $system in
    # Not `dpkg -s`: it is content with the configuration that a removed package leaves behind.
    debian) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    fedora) rpm -q --quiet --whatprovides "$1" ;;
    macos) brew list --versions "$1" >/dev/null ;;
    *) return 1 ;;
    esac
}

missing=
for package in $(printf '%s' "$packages" | awk -v want="^($wanted)\$" -v column="$column" \
    '$1 ~ want && $column != "-" && !seen[$column]++ { print $column }'); do
    has "$package" || missing="$missing $package"
done
missing=${missing# }
[ -n "$missing" ] || exit 0

if [ $system = unknown ]; then
    echo "install-deps.sh: no apt-get, dnf or brew here, so please install these yourself:" >&2
    echo "  $missing" >&2
    exit 3
fi

# What runs a command as root; empty for root, and for brew, which refuses to run as root.
as_root=
if [ $system != macos ] && [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
fi
case $system in
debian) install="apt-get install -y --no-install-recommends $missing" ;;
fedora) install="dnf install -y --setopt=install_weak_deps=False $missing" ;;
macos) install="brew install $missing" ;;
esac

# sudo may ask for a password only where somebody can type one.
if [ -n "$as_root" ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
        echo "install-deps.sh: packages are missing and only root can install them. As root, run:" >&2
        echo "  $install" >&2
        exit 3
    fi
fi

# Services. Debian starts the services of a package as soon as it is installed, and again at each boot.
# Nobody who wants to run tests asked for a name server on port 53. policy-rc.d is Debian's way to say
# "do not start anything now"; afterwards the service is switched off for later boots.
services='nsd knot unbound'
policy=/usr/sbin/policy-rc.d
policy_mark='# Made by the tests of sesdns for the time of one installation; remove it.'
policy_is_ours=

quiet_services()
{
    # One of ours that is still there was left by a run that was killed.
    if [ -e "$policy" ] || [ -L "$policy" ]; then
        grep -qF "$policy_mark" "$policy" || return 0
    fi
    policy_is_ours=yes
    printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
}

# Runs at every end, so that it must not fail and must keep the status.
release_services()
{
    [ -z "$policy_is_ours" ] || $as_root rm -f "$policy"
    policy_is_ours=
}

# Those services that the missing packages bring.
missing_services()
{
    for service in $services; do
        case " $missing " in *" $service "*) echo "$service" ;; esac
    done
}

disable_service()
{
    if command -v systemctl >/dev/null; then
        $as_root systemctl --quiet disable "$1.service" || :
    fi
    # Outside of systemd (a container) the links that a later boot would follow are there all the same.
    $as_root deb-systemd-helper disable "$1.service" >/dev/null 2>&1 || :
    $as_root update-rc.d "$1" disable >/dev/null 2>&1 || :
}

apt()
{
    # Another apt-get may be at work, as on a machine that has just been started: wait for it.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# The functions below run where `set -e` does not hold, since their failure is looked at: hence `return`.
install_debian()
{
    # A source of packages that cannot be reached may be one that we do not need: try all the same.
    apt update || echo "install-deps.sh: not every list of packages could be renewed; going on" >&2
    trap release_services EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    [ -z "$(missing_services)" ] || quiet_services || return
    # shellcheck disable=SC2086 # a list of words
    apt install -y --no-install-recommends $missing || return
    for service in $(missing_services); do
        disable_service "$service"
    done
}

install_others()
{
    # shellcheck disable=SC2086 # a list of words
    $as_root $install </dev/null
}

# What the package manager says is talk, not data.
echo "install-deps.sh: installing $missing" >&2
status=0
if [ $system = debian ]; then
    install_debian >&2 || status=$?
else
    install_others >&2 || status=$?
fi
if [ $status -ne 0 ]; then
    echo "install-deps.sh: the package manager failed (status $status); what it said is above." >&2
    echo "install-deps.sh: once it works again, this does the rest: $install" >&2
    exit 3
fi
