#!/usr/bin/env bash
# Builds the static libraries that the Lambda function carries, cut down to what it uses, from Debian's source packages
# with their security fixes: `function-libraries.sh LIBRARY…` leaves them under .build-function-libs/ and prints the
# folder for PKG_CONFIG_PATH.
#
# A library is a function build_NAME below; it is built again when that changes.
set -euo pipefail
cd "$(dirname "$0")/.."

# What each recipe was written for; the newest Debian version that starts so is taken.
openssl_version=3.0.
curl_version=7.88.1-

machine=$(uname -m)
work=$PWD/.build-function-libs
prefix=$work/$machine
flags="-O2 -ffunction-sections -fdata-sections"
mkdir -p "$work" "$prefix/lib/pkgconfig" "$prefix/include"

# For the function: TLS 1.2 and 1.3 as AWS speaks them, X.509, digests. No loadable parts, no configuration file, and no
# error texts at the start: loading them is half of OpenSSL's time to start (an error then has its number alone).
build_openssl() {
    unpack openssl "$openssl_version"
    local without=(
        async autoerrinit autoload-config blake2 bf camellia cast cmp cms comp ct des dsa dso dtls ec2m engine gost
        idea legacy md4 mdc2 module multiblock nextprotoneg ocb ocsp pic psk rc2 rc4 rfc3779 rmd160 scrypt seed shared
        siphash sm2 sm3 sm4 srp srtp ssl-trace tests ts ui-console weak-ssl-ciphers whirlpool aria
    )
    # shellcheck disable=SC2086 # flags are words
    ./Configure "linux-$machine" --prefix=/usr --openssldir=/etc/ssl "${without[@]/#/no-}" $flags
    make build_generated libcrypto.a libssl.a
    cp libcrypto.a libssl.a "$prefix/lib/"
    cp -R include/openssl "$prefix/include/"
    pkg_config libcrypto "-lcrypto"
}

# HTTP and HTTPS, with names resolved by c-ares (Debian's static library): a static glibc would have to load shared parts
# of the very same glibc for that, which Lambda doesn't have. Certificates come from SSL_CERT_DIR and SSL_CERT_FILE.
build_curl() {
    require openssl
    unpack curl "$curl_version"
    local off=(
        BUILD_CURL_EXE BUILD_SHARED_LIBS BUILD_TESTING CURL_USE_LIBPSL CURL_USE_LIBSSH2 CURL_ZLIB ENABLE_MANUAL
        ENABLE_THREADED_RESOLVER ENABLE_UNIX_SOCKETS USE_LIBIDN2
    )
    local on=(
        CURL_CA_FALLBACK CURL_DISABLE_ALTSVC CURL_DISABLE_COOKIES CURL_DISABLE_CRYPTO_AUTH CURL_DISABLE_DOH
        CURL_DISABLE_GETOPTIONS CURL_DISABLE_HSTS CURL_DISABLE_MIME CURL_DISABLE_NETRC CURL_DISABLE_NTLM
        CURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG CURL_USE_OPENSSL ENABLE_ARES HTTP_ONLY
    )
    local options=("${off[@]/%/=OFF}" "${on[@]/%/=ON}")
    cmake -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$flags -DNDEBUG -ffile-prefix-map=$PWD=." "${options[@]/#/-D}" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DOPENSSL_ROOT_DIR="$prefix" \
        -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none
    make -C build install
    pkg_config libcurl "-lcurl -lcares -lssl -lcrypto"
}

# Writes NAME.pc with these words for the linker.
pkg_config() {
    printf '%s\n' "Name: $1" "Description: $1, static" "Version: 0" "Libs: -L$prefix/lib $2" "Cflags: -I$prefix/include" \
        >"$prefix/lib/pkgconfig/$1.pc"
}

# A private view of the sources that this machine's packages come from; apt checks their signatures.
apt_options=(
    -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/apt/parts" -o Dir::State::Lists="$work/apt/lists"
    -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User="$(id -un)"
)

update() {
    rm -rf "$work/apt"
    mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
    local file
    for file in /etc/apt/sources.list.d/*.sources; do
        if [[ -e $file ]]; then sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/apt/parts/$(basename "$file")"; fi
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        if [[ -e $file ]]; then sed -n 's/^deb /deb-src /p' "$file" >"$work/apt/parts/$(basename "$file")"; fi
    done
    # A source that has no source packages is none of ours.
    apt-get -qq "${apt_options[@]}" update || true
}

# Enters the unpacked source of a package's newest version that starts with $2 and that the archive really has.
unpack() {
    local version
    cd "$work"
    for version in $(apt-cache "${apt_options[@]}" madison "$1" | awk '{print $3}' | sort -Vru); do
        [[ $version == "$2"* ]] || continue
        rm -rf "src/$1"
        mkdir -p "src/$1"
        cd "src/$1"
        if apt-get "${apt_options[@]}" source --download-only "$1=$version"; then
            dpkg-source --no-check -x ./*.dsc source
            cd source
            echo "$1 $version" >&2
            # OpenSSL keeps the date of its build.
            SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -S Timestamp)
            export SOURCE_DATE_EPOCH
            return
        fi
        cd "$work"
    done
    echo "no source package of $1 $2* can be had: look at 'apt-get source $1'" >&2
    return 1
}

# Builds a library unless that was done by the same recipe.
require() {
    local stamp=$prefix/$1.stamp recipe
    recipe=$(declare -f "build_$1"; declare -p "${1}_version" flags)
    if [[ -e $stamp && $(<"$stamp") == "$recipe" ]]; then return; fi
    echo "building $1" >&2
    if [[ ! -d $work/apt ]]; then update >>"$work/$1.log" 2>&1; fi
    local status=0
    # Not as a condition: there `set -e` would be without effect.
    set +e
    (set -e; "build_$1") >>"$work/$1.log" 2>&1
    status=$?
    set -e
    if ((status)); then
        tail -n 20 "$work/$1.log" >&2
        echo "$1 can't be built: see $work/$1.log" >&2
        exit 1
    fi
    echo "$recipe" >"$stamp"
}

export MAKEFLAGS=${MAKEFLAGS:--j$(nproc)}
for library; do require "$library"; done
echo "$prefix/lib/pkgconfig"
