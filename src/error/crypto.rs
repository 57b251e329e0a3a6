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
        /// The PEM text cannot be read.
        DamagedKey => InvalidKey, "damaged-key",
            "the private key's PEM text is damaged: something of it is missing, or does not belong there";
        /// The text is longer than any file with a key and the certificates around it.
        LongKeyText {
            /// The most bytes that are read.
            most: usize,
        } => InvalidKey, "long-key-text",
            "the private key's text is longer than {most} bytes; give the PEM text of the key alone";
        /// The file is PKCS#12 (RFC 7292).
        Pkcs12 => InvalidKey, "pkcs12",
            "this is a PKCS#12 file; convert it to PEM: openssl pkcs12 -nocerts -nodes -in KEY -out KEY.pem";
        /// The file is DER.
        Der => InvalidKey, "der",
            "the private key is DER; convert it to PEM: openssl pkey -inform DER -in KEY -out KEY.pem";
        /// The key was made for RSASSA-PSS alone (RFC 4055 §1.2).
        OnlyPss => InvalidKey, "only-pss",
            "the key is for RSA-PSS alone; sign with RSA-PSS-SHA256, or take another key";
        /// The key was made for another RSASSA-PSS (RFC 4055 §3.1).
        OtherPss => InvalidKey, "other-pss",
            "the key is for RSA-PSS with another hash than SHA-256, or with a longer salt than 32 bytes; take another key";
        /// The key has more than two primes.
        ManyPrimes => InvalidKey, "many-primes",
            "the RSA key has more than two primes; only keys of two are in use for signing requests";
        /// The modulus is so short that others can factor it.
        UnsafeKey {
            /// The size of the modulus.
            bits: usize,
        } => InvalidKey, "unsafe-key",
            "an RSA key of {bits} bits is too short to be safe; services ask for 2048 or more";
        /// The modulus is so long that signing would take seconds.
        LongKey {
            /// The size of the modulus.
            bits: usize,
        } => InvalidKey, "long-key",
            "an RSA key of {bits} bits is too long, signing would take seconds; take one of 4096 or less";
        /// The public exponent is even, or too large.
        BadExponent => InvalidKey, "bad-exponent",
            "the RSA key's public exponent is even, or 2^33 or more; make another key";
        /// The primes are of different length.
        UnbalancedPrimes => InvalidKey, "unbalanced-primes",
            "the RSA key's primes are of different length, which makes it unsafe; make another key";
        /// The primes are equal.
        EqualPrimes => InvalidKey, "equal-primes",
            "the RSA key's primes are equal, so that anyone can find them; make another key";
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
