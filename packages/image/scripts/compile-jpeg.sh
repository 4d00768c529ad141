#!/usr/bin/env bash
# Compiles codecs/jpeg_decoder.wasm (SIMD) and codecs/jpeg_decoder_scalar.wasm from libjpeg-turbo 2.1.5.
#
#   scripts/compile-jpeg.sh LIBJPEG_TURBO.tar.gz SIMDE
#
# LIBJPEG_TURBO.tar.gz is the source of Debian's package (`apt-get source libjpeg-turbo`), SIMDE a folder with the headers of
# SIMDe 0.7.4 as its subfolder simde (Debian's libsimde-dev). The compiler is Zig 0.17.1's clang (`pip install ziglang==0.17.1`,
# called by `python3 -m ziglang`, or by $ZIG).
set -euo pipefail
cd "$(dirname "$0")/.."
archive=$1 simde=$2
zig=${ZIG:-python3 -m ziglang}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "254f3642b04e309fee775123133c6464181addc150499561020312ec61c1bf7c  $archive" | sha256sum --check --quiet
tar -xzf "$archive" -C "$work" --strip-components 1
mkdir "$work/simde" && cp -r "$simde/simde" "$work/simde/simde"

# What no call of ours reaches.
sed -i -E '/#define +(C_[A-Z0-9_]+|DCT_IFAST|DCT_FLOAT|IDCT_SCALING|UPSAMPLE_MERGING|QUANT_[12]PASS|ENTROPY_OPT|INPUT_SMOOTHING)_SUPPORTED/d' \
  "$work/jmorecfg.h"

parts=(jcomapi jdapimin jdapistd jdatasrc jdcoefct jdcolor jddctmgr jdhuff jdinput jdmainct jdmarker jdmaster jdphuff
  jdpostct jdsample jerror jidctint jutils jmemmgr jmemnobs)
# The two words about the processor give the Huffman decoder a bit buffer of 64 bits.
compile() {
  local out=$1
  shift
  $zig cc -target wasm32-wasi -mexec-model=reactor -O3 -DNDEBUG -DNO_GETENV -DNO_PUTENV -D__x86_64__ -D__ILP32__ -w \
    -include native/jpeg/include/no-system.h -I native/jpeg/include -I "$work" -I "$work/simd/arm" -I "$work/simde" \
    -mbulk-memory -Wl,--strip-all -Wl,--gc-sections -o "$out" native/jpeg/decoder.c "${parts[@]/#/$work/}" "$@"
}
parts=("${parts[@]/%/.c}")
compile codecs/jpeg_decoder_scalar.wasm "$work/jsimd_none.c"
compile codecs/jpeg_decoder.wasm -msimd128 native/jpeg/simd.c "$work"/simd/arm/{jidctint,jdsample,jdcolor}-neon.c
