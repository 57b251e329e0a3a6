//! What is wrong with a key, or with the system's randomness: the family of 300.

use super::family::family;

family! {
    /// Why a key cannot be used, or no randomness is to be had.
    Crypto {
        /// The signature method is RSA, and no private key is set.
        NoPrivateKey => InvalidKey, "no-private-key",
            "the signature method is RSA and the signer has no private key; set one";
        /// The text has no `-----BEGIN` (RFC 7468 §2).
        NotPem => InvalidKey, "not-pem", "the private key is no PEM text: it has no line -----BEGIN …-----";
        /// The private key is encrypted.
        EncryptedKey => InvalidKey, "encrypted-key",
            "the private key is encrypted; decrypt it first, for instance with openssl pkey -in KEY -out NEWKEY";
        /// A public key stands where a private one belongs.
        PublicKey => InvalidKey, "public-key", "this is a public key; signing needs the private key of the pair";
        /// A certificate stands where a private key belongs.
        Certificate => InvalidKey, "certificate",
            "this is a certificate; signing needs the private key that belongs to it";
        /// The private key is for another algorithm.
        NotRsa => InvalidKey, "not-rsa", "the private key is no RSA key";
        /// The private key is in OpenSSH's own format.
        OpensshKey => InvalidKey, "openssh-key",
            "this is a private key in OpenSSH's own format; convert it with ssh-keygen -p -m PEM";
        /// The PEM text is of something else.
        NoKeyInPem => InvalidKey, "no-key-in-pem", "the PEM text holds no private key";
        /// Line breaks are written as a backslash and an n.
        EscapedLineBreaks => InvalidKey, "escaped-line-breaks",
            "the private key's line breaks are written as \\n; they must be real ones";
        /// The PEM text cannot be read, or its numbers make no key.
        DamagedKey => InvalidKey, "damaged-key",
            "the private key's PEM text is damaged (lines missing, not of 64 characters each), or its numbers make no RSA \
             key of two primes with a public exponent below 2^33";
        /// The modulus has no room for the method's hash and its padding.
        ShortKey {
            /// The size of the modulus.
            bits: usize,
        } => InvalidKey, "short-key", "an RSA key of {bits} bits is too short for this method";
        /// The numbers of a private key contradict each other.
        InconsistentKey => InvalidKey, "inconsistent-key",
            "the RSA key does not fit itself: its numbers are damaged";
        /// The system's random generator failed.
        NoRandomness {
            /// What the system says.
            error: String,
        } => EntropyUnavailable, "no-randomness", "the system's random generator failed: {error}";
        /// The system does not tell of forks, after which nonces could repeat.
        NoForkNotice => EntropyUnavailable, "no-fork-notice", "the system refused to tell of forks";
    }
}
