/** A key that GnuPG bound by SHA-1 (`--cert-digest-algo SHA1`), then by SHA-256, and a Release that it signed. */
const KEY_BY_SHA1 =
  "mDMEawySNhYJKwYBBAHaRw8BAQdAORtB8zenq30cQg8e8sflGSO7RNh3dxcARSmMeS+dAHW0DkV4YW1wbGUgc291cmNliJAEExYCADgWIQTOp76accU5FTOWanV5k+eH8yijOAUCawySNgIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRB5k+eH8yijOJfPAP41a49i7KgXvB4lzF327TNTIL2tYnVRvG6uKR0oyHgcywD6A44e3chKW+PhY2gYFNNPmJlv9nqTeKktwLwofXgdTQ4=";
const KEY_BY_SHA256 =
  "mDMEawySNhYJKwYBBAHaRw8BAQdAORtB8zenq30cQg8e8sflGSO7RNh3dxcARSmMeS+dAHW0DkV4YW1wbGUgc291cmNliJYEExYIAD4CGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AWIQTOp76accU5FTOWanV5k+eH8yijOAUCawySdAUJJZgGPgAKCRB5k+eH8yijOLJqAQCx40/LaGoQRTPER+hCq6zOMnuT8aur6G0OnKzyarTLGQD8C+8AmmWX1b0B6lkPJ9Xe3iCHXTSnZb51DbOANapAzQ0=";
const SIGNATURE =
  "iHUEARYKAB0WIQTOp76accU5FTOWanV5k+eH8yijOAUCawySnQAKCRB5k+eH8yijOGBCAP41OlGl7cYcbUCVc7AXLecoirMMvLmFmfcYTRGPl4ggqQD+ObTUPPsl/grG/SZW+m8mH4tbWC5U8wzp4EZomtmXpws=";

const has = (key: string) =>
  `echo ${key} | base64 -d >/etc/apt/keyrings/x.gpg; chmod 644 /etc/apt/keyrings/x.gpg`;
export const UPDATES = "apt-get update 2>&1 | (! grep -E '^(W|E):')";

/** A source on this host's disk, and the key as it once was. */
export const SHA1_SOURCE = `d=/srv/x/dists/x; mkdir -p $d/main/binary-amd64 /etc/apt/keyrings; : >$d/main/binary-amd64/Packages
cat >$d/InRelease <<'X'
-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Origin: x
Suite: x
Codename: x
Date: Sun, 29 Nov 2026 12:00:00 UTC
Architectures: amd64
Components: main
SHA256:
 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/binary-amd64/Packages
-----BEGIN PGP SIGNATURE-----

${SIGNATURE}
-----END PGP SIGNATURE-----
X
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; ${has(KEY_BY_SHA1)}
printf 'Types: deb\\nURIs: file:/srv/x\\nSuites: x\\nComponents: main\\nSigned-By: /etc/apt/keyrings/x.gpg\\n' >/etc/apt/sources.list.d/x.sources`;
export const BOUND_ANEW = `${has(KEY_BY_SHA256)}; ${UPDATES}`;
