#!/bin/sh
# The secrets of an installation, each in a file of ./secrets; what is there stays. Only root walks into the folder;
# the files can be read by the users of the containers into which they are mounted one by one.
set -eu
cd "$(dirname "$0")/.."
folder=${FASCICLE_SECRETS:-./secrets}
mkdir -p -m 0700 "$folder"
for name in superuser_password owner_password app_password broker_password secret_key \
    deidentification_secret; do
    [ -s "$folder/$name" ] || head -c 48 /dev/urandom | base64 | tr -d '\n/+=' >"$folder/$name"
done
# What the seals of the ledger are signed with: 32 bytes.
[ -s "$folder/seal_key" ] || head -c 32 /dev/urandom | base64 >"$folder/seal_key"
# The mail server's password is given to you: write it into this file, or leave it empty.
[ -e "$folder/email_password" ] || : >"$folder/email_password"
# When secret_key must change, its former content goes here, so that what it encrypted stays readable.
[ -e "$folder/former_secret_key" ] || : >"$folder/former_secret_key"
chmod 0444 "$folder"/*
