#!/usr/bin/env bash
# Builds static libraries, cut down to what Reelpress uses, from Debian's source packages with Debian's security fixes:
# `static-libraries.sh LIBRARY…` leaves them under .build-static-libs/ and prints the folder for PKG_CONFIG_PATH.
# `static-libraries.sh --sources FOLDER` copies there what they were built from, and the C library's sources.
#
# A library is a function build_NAME below; it is built again when that changes.
set -euo pipefail
cd "$(dirname "$0")/.."

# What each recipe was written for; the newest Debian version that starts so (without its epoch) is taken, and with it
# Debian's fixes. The worker's libraries are newer than this machine's release has.
suite=${DEBIAN_SUITE:-trixie}
openssl_version=3.0.
curl_version=7.88.1-
x265_version=${X265_VERSION:-4.1-}
# Without a profile x265 is what `make bench-profile` compares with.
x265_profile=${X265_PROFILE:-yes}
dav1d_version=${DAV1D_VERSION:-1.5.}
ffmpeg_version=${FFMPEG_VERSION:-7.1.}

declare -A licences=(
    [openssl]=Apache-2.0 [curl]=curl [x265]=GPL-2.0-or-later [dav1d]=BSD-2-Clause [ffmpeg]=LGPL-2.1-or-later
)

machine=$(uname -m)
scripts=$PWD/scripts
work=$PWD/.build-static-libs
prefix=$work/$machine
flags="-O2 -ffunction-sections -fdata-sections"
# Libraries that read untrusted files are hardened as Debian's own packages are.
media_flags="-O3 -fPIC -ffunction-sections -fdata-sections -ffile-prefix-map=$work=. -fstack-protector-strong -D_FORTIFY_SOURCE=2"
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
    cmake -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$flags -DNDEBUG -ffile-prefix-map=$work=." "${options[@]/#/-D}" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DOPENSSL_ROOT_DIR="$prefix" \
        -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none
    make -C build install
    pkg_config libcurl "-lcurl -lcares -lssl -lcrypto"
}

# x265 can wait for ever at the end of a stream: a thread that has ended the last frame reads whether it is the last one, and
# then waits, without a lock around both; who says so in between wakes nobody, and says it once. Here it looks again.
# Source: x265, source/encoder/ratecontrol.cpp, rateControlEnd and setFinalFrameCount.
patch_x265() { # FOLDER
    local wait_at_most='    int waitAtMost(int prev, int milliseconds)\n    {\n        timespec end;\n
        clock_gettime(CLOCK_REALTIME, \&end);\n        end.tv_nsec += milliseconds * 1000000L;\n
        if (end.tv_nsec >= 1000000000L) { end.tv_sec++; end.tv_nsec -= 1000000000L; }\n
        pthread_mutex_lock(\&m_mutex);\n        if (m_val == prev) pthread_cond_timedwait(\&m_cond, \&m_mutex, \&end);\n
        int value = m_val;\n        pthread_mutex_unlock(\&m_mutex);\n        return value;\n    }\n\n'
    sed -i -e '/POSIX \/ pthreads/,$ { /class ThreadSafeInteger/,/^};/ s/^    int get()/'"${wait_at_most//$'\n'/}"'    int get()/ }' \
        -e '/POSIX \/ pthreads/ s/$/\n#include <time.h>/' "$1/common/threading.h"
    sed -i '/^int RateControl::rateControlEnd/,/^}/ s/m_startEndOrder.waitForChange(orderValue)/m_startEndOrder.waitAtMost(orderValue, 50)/' \
        "$1/encoder/ratecontrol.cpp"
    [[ $(grep -c waitAtMost "$1/common/threading.h") == 1 && $(grep -c 'waitAtMost(orderValue, 50)' "$1/encoder/ratecontrol.cpp") == 1 ]] ||
        { echo "x265's wait for the last frame is not where it was" >&2 && exit 1; }
}

# One library with its assembly for 8 and 10 bits, which outputs have: 10 bits in a namespace of its own, reached from the
# 8-bit one through x265_api_get. It is built twice, the second time with the profile of encoding real clips: 0 to 5 % less
# processor time at the same bytes, by the processor. (Link-time optimization on top of it gained nothing.)
# Source: GCC manual, "Instrumentation Options" and "Options That Control Optimization", -fprofile-use.
build_x265() {
    unpack x265 "$x265_version" "$suite"
    patch_x265 source
    if [[ $x265_profile == yes ]]; then
        compile_x265 "-fprofile-generate" ON
        train_x265
        # What the clips did not reach, such as what other presets use, is compiled as usual.
        compile_x265 "-fprofile-use -fprofile-partial-training -fprofile-correction -Wno-missing-profile" OFF
    else
        compile_x265 "" OFF
    fi
    printf '%s\n' "CREATE $prefix/lib/libx265.a" "ADDLIB 8bit/libx265.a" "ADDLIB 10bit/libx265.a" SAVE END | ar -M
    cp source/x265.h 8bit/x265_config.h "$prefix/include/"
    pkg_config x265 "-lx265 -lstdc++ -lm"
}

compile_x265() { # FLAGS CLI
    local common=(
        -G Ninja -S source -DCMAKE_BUILD_TYPE=Release -DENABLE_SHARED=OFF -DENABLE_PIC=ON -DENABLE_ASSEMBLY=ON
        -DENABLE_LIBNUMA=OFF -DNASM_EXECUTABLE="$scripts/nasm.sh" -Wno-dev
        -DCMAKE_CXX_FLAGS="-ffunction-sections -fdata-sections -ffile-prefix-map=$work=. $1"
    )
    cmake -B 10bit "${common[@]}" -DENABLE_CLI=OFF -DHIGH_BIT_DEPTH=ON -DEXPORT_C_API=OFF
    cmake -B 8bit "${common[@]}" -DENABLE_CLI="$2" -DLINKED_10BIT=ON -DEXTRA_LIB="$PWD/10bit/libx265.a"
    # At the same time, since each ends with one long file.
    ninja -C 10bit &
    local other=$!
    ninja -C 8bit x265-static
    wait "$other"
    ninja -C 8bit
}

# Encodes real clips, with one thread so that the counts of the profile are exact.
train_x265() {
    local clips=$work/clips bits clip
    mkdir -p "$clips"
    (cd "$clips" && apt-get download python3-mecavideo && dpkg -x python3-mecavideo_*.deb .)
    for clip in balle-jbart.mp4 retroMars2018.avi; do
        ffmpeg -v error -nostdin -y -i "$clips/usr/share/pymecavideo/data/video/$clip" -frames:v 25 -pix_fmt yuv420p \
            "$clips/$clip.y4m"
        for bits in 8 10; do
            8bit/x265 --input "$clips/$clip.y4m" --output-depth "$bits" --preset medium --crf 24 --psnr --ssim \
                --pools none --frame-threads 1 --output /dev/null
        done
    done
}

# FFmpeg itself decodes AV1 on graphics processors alone.
build_dav1d() {
    unpack dav1d "$dav1d_version" "$suite"
    meson setup build --prefix="$prefix" --libdir=lib --buildtype=release --default-library=static \
        -Denable_tools=false -Denable_tests=false -Dc_args="$media_flags"
    ninja -C build install
}

# Under the LGPL: no --enable-gpl. Without protocols, devices and network: bytes come through callbacks, and no demuxer
# could open a file or a URL even if it were asked to.
build_ffmpeg() {
    require dav1d
    unpack ffmpeg "$ffmpeg_version" "$suite"
    local kind parts=()
    for kind in demuxer muxer encoder decoder parser bsf filter; do
        parts+=("--enable-$kind=$(awk -v kind=$kind '$1 == kind { print $2 }' "$scripts/ffmpeg-components.txt" | paste -sd ,)")
    done
    PKG_CONFIG_PATH=$prefix/lib/pkgconfig ./configure --prefix="$prefix" --enable-static --disable-shared --enable-pic \
        --pkg-config-flags=--static --extra-cflags="$media_flags" --disable-debug --disable-autodetect \
        --disable-everything --disable-programs --disable-doc --disable-network --disable-avdevice \
        --disable-swresample --enable-zlib --enable-libdav1d --x86asmexe="$scripts/nasm.sh" "${parts[@]}"
    make
    make install
    pkg_config libavformat "-lavfilter -lavformat -lavcodec -lswscale -lavutil -ldav1d -lz -lm"
}

# Writes NAME.pc with these words for the linker; the folder can be moved.
pkg_config() {
    local here="\${pcfiledir}/../.."
    printf '%s\n' "Name: $1" "Description: $1, static" "Version: 0" "Libs: -L$here/lib $2" "Cflags: -I$here/include" \
        >"$prefix/lib/pkgconfig/$1.pc"
}

codename() {
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "$VERSION_CODENAME")
}

# apt with a private view of one suite's source packages, from this machine's mirrors; it checks their signatures.
source_apt() { # SUITE apt-get|apt-cache ARGUMENTS…
    local folder=$work/apt/$1 command=$2 uri release
    local options=(
        -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User="$(id -un)"
    )
    if [[ ! -e $folder/updated ]]; then
        mkdir -p "$folder"/{here,lists}/partial "$folder/cache/archives/partial"
        # Only apt's lists name the mirrors, and an image's layers leave the lists out.
        local lists=(-o Dir::State::Lists="$folder/here" -o APT::Sandbox::User="$(id -un)")
        apt-get -qq "${lists[@]}" update >&2 || true
        apt-get "${lists[@]}" indextargets --format "\$(REPO_URI) \$(RELEASE)" 'Created-By: Packages' | sort -u |
            while read -r uri release; do
                [[ $release == "$(codename)" || $release == "$(codename)"-* ]] || continue
                echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1${release#"$(codename)"} main"
            done >"$folder/sources.list"
        # A mirror may lack one of them, such as the updates of an old release.
        apt-get -qq "${options[@]}" update >&2 || true
        touch "$folder/updated"
    fi
    shift 2
    "$command" "${options[@]}" "$@"
}

# Enters the unpacked source of a package's newest version that starts with $2 and that the archive really has.
unpack() { # PACKAGE START [SUITE]
    local from=${3:-$(codename)} folder=$work/src/$1 version archive remark=''
    local versions
    mapfile -t versions < <(source_apt "$from" apt-cache madison "$1" | awk '{print $3}' | sort -Vru)
    for version in "${versions[@]}" "${versions[@]/%/ without Debian\'s patches}"; do
        remark=${version#"${version%% *}"} version=${version%% *}
        [[ ${version#*:} == "$2"* || $version == "$2"* ]] || continue
        # Debian's own patches to x265 concern how it is built alone, so upstream's archive will do.
        [[ -z $remark || $1 == x265 ]] || continue
        rm -rf "$folder"
        mkdir -p "$folder"
        cd "$folder"
        if source_apt "$from" apt-get source --download-only ${remark:+--tar-only} "$1=$version"; then
            archive=$(find . -name '*.orig.tar.*' ! -name '*.asc')
            if [[ -z $remark ]]; then
                dpkg-source --no-check -x ./*.dsc source
                # OpenSSL keeps the date of its build.
                SOURCE_DATE_EPOCH=$(dpkg-parsechangelog --file source/debian/changelog --show-field Timestamp)
                export SOURCE_DATE_EPOCH
            else
                mkdir source
                tar --extract --strip-components=1 --directory=source --file="$archive"
            fi
            printf '%s\t' "$1" "$version" "$from" "${licences[$1]}" "$(sha256sum "$archive" | cut -d ' ' -f 1)" \
                >"$prefix/$1.tsv"
            echo "$remark" >>"$prefix/$1.tsv"
            cd source
            echo "$1 $version$remark" >&3
            return
        fi
    done
    echo "$from has no source package of $1 $2*, only: ${versions[*]}" >&2
    return 1
}

# Builds a library unless that was done by the same recipe.
require() {
    local stamp=$prefix/$1.stamp recipe version=${1}_version
    recipe=$(declare -f "build_$1"; echo "${!version} $suite ${flags//$work/} ${media_flags//$work/}")
    if [[ $1 == x265 ]]; then recipe+=$x265_profile$(declare -f patch_x265 compile_x265 train_x265); fi
    if [[ $1 == ffmpeg ]]; then recipe+=$(<"$scripts/ffmpeg-components.txt"); fi
    if [[ -e $stamp && $(<"$stamp") == "$recipe" ]]; then return; fi
    rm -f "$stamp"
    local status=0
    # Not as a condition: there `set -e` would be without effect.
    set +e
    (set -e; "build_$1") >"$work/$1.log" 2>&1 </dev/null
    status=$?
    set -e
    if ((status)); then
        tail -n 20 "$work/$1.log" >&2
        echo "$1 can't be built: see $work/$1.log" >&2
        exit 1
    fi
    echo "$recipe" >"$stamp"
}

# What the GPL and the LGPL ask for: the archives that were unpacked, and the C library's, which is linked in as well.
sources() { # FOLDER
    mkdir -p "$1"
    find "$work/src" -mindepth 2 -maxdepth 2 -type f -exec cp -t "$1" {} +
    cd "$1"
    # shellcheck disable=SC2016 # dpkg-query's own variables
    source_apt "$(codename)" apt-get source -qq --download-only \
        "$(dpkg-query -W -f '${source:Package}=${source:Version}' libc6-dev)"
}

export MAKEFLAGS=${MAKEFLAGS:--j$(nproc)}
exec 3>&2
if [[ ${1:-} == --sources ]]; then
    sources "$(realpath -m "$2")"
    exit
fi
for library; do require "$library"; done
echo "$prefix/lib/pkgconfig"
