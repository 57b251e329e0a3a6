#!/usr/bin/env bash
# Makes the keys of tests/c/bad_keys.c, buffers.c and stack.c in the folder given, once. They protect nothing.
set -euo pipefail
script=$(realpath "$0")
cd "$1"
[ all-made -nt "$script" ] && exit 0
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-2048.pem 2>/dev/null ||
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-2048.pem 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512 -out rsa-512.pem 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out rsa-4096.pem 2>/dev/null
openssl rsa -in rsa-2048.pem -traditional -out rsa-2048-pkcs1.pem 2>/dev/null
openssl pkey -in rsa-2048.pem -pubout -out public.pem
openssl rsa -in rsa-2048.pem -RSAPublicKey_out -out public-pkcs1.pem 2>/dev/null
openssl pkcs8 -topk8 -in rsa-2048.pem -passout pass:password -out encrypted-pkcs8.pem
openssl rsa -in rsa-2048.pem -aes128 -traditional -passout pass:password -out encrypted-legacy.pem 2>/dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha512 \
    -pkeyopt rsa_pss_keygen_mgf1_md:sha512 -pkeyopt rsa_pss_keygen_saltlen:64 -out rsa-pss-sha512.pem 2>/dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 \
    -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out rsa-pss-sha256.pem 2>/dev/null
openssl req -x509 -key rsa-2048.pem -subj /CN=osign -days 1 -out certificate.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out ec-sec1.pem
openssl pkcs8 -topk8 -nocrypt -in ec-sec1.pem -out ec-pkcs8.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem
grep -q 'BEGIN ENCRYPTED PRIVATE KEY' encrypted-pkcs8.pem
grep -q 'Proc-Type: 4,ENCRYPTED' encrypted-legacy.pem
touch all-made
