#!/bin/sh
# Installs the servers that the tests start privately: Dovecot and PostgreSQL, from Debian's packages.
# Services are kept from starting: the tests need the programs only.
# In CI a missing server is a failure; on a person's machine the tests that need it are skipped.
set -eu

PATH=$PATH:/usr/sbin:/sbin
missing=
command -v dovecot >/dev/null || missing="$missing dovecot-imapd"
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

give_up() {
	echo "tests/servers/install.sh: $1" >&2
	echo "Install by hand:$missing. Tests that need them are skipped without." >&2
	[ -z "${CI:-}" ] || exit 1
	exit 0
}

command -v apt-get >/dev/null || give_up "no apt-get here."
if [ "$(id -u)" = 0 ]; then
	as_root="env"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	as_root="sudo -n env"
else
	give_up "installing packages needs root, or sudo without a password."
fi

# Debian asks this file before it starts a service; one that is there already is left as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap '$as_root rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
	$as_root chmod 755 "$policy"
fi

echo "installing$missing"
# shellcheck disable=SC2086 - both are lists of words
{
	$as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
		$as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
} >/dev/null || give_up "apt-get failed."
