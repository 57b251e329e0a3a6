//! What is wrong with an argument of a call: the family of 100.

use super::family::family;

family! {
    /// Why an argument was refused, whatever it is an argument of.
    Argument {
        /// A required argument is NULL.
        Null {
            /// The argument's name.
            name: &'static str,
        } => NullArgument, "null", "{name} is NULL";
        /// Bytes are NULL, and their length is not 0.
        NullBytes {
            /// The argument's name.
            name: &'static str,
            /// The length that was given.
            len: usize,
        } => NullArgument, "null-with-length", "{name} is NULL and its length is {len}";
        /// A caller's buffer is NULL, and its capacity is not 0.
        NullBuffer => NullArgument, "null-buffer", "buf is NULL and cap is not 0";
        /// Text is not UTF-8.
        NotUtf8 {
            /// The argument's name.
            name: String,
        } => InvalidUtf8, "not-utf8", "{name} is not UTF-8";
        /// Text of a host with UTF-16 holds a surrogate without its other half.
        HalfSurrogate {
            /// The argument's name.
            name: String,
        } => InvalidUtf8, "half-surrogate", "{name} holds half of a surrogate pair, which UTF-8 cannot carry";
        /// A caller's buffer is too small.
        SmallBuffer {
            /// How many bytes it holds.
            held: usize,
            /// How many are enough for every later call with the same arguments.
            enough: usize,
        } => BufferTooSmall, "small-buffer", "the buffer holds {held} bytes; {enough} are enough";
        /// A length is more than memory can hold.
        ImpossibleLength {
            /// The argument's name.
            name: &'static str,
        } => InvalidArgument, "impossible-length", "the length of {name} is more than memory can hold";
        /// A number needs more than 64 bits.
        LargeNumber {
            /// The argument's name.
            name: String,
        } => InvalidArgument, "large-number", "{name} is more than 64 bits hold";
        /// There is no memory for a copy of a body.
        NoMemoryForBody {
            /// The body's length in bytes.
            len: usize,
        } => OutOfMemory, "no-memory", "there is no memory for a copy of the body, {len} bytes";
        /// There is no setting of that name.
        UnknownSetting => InvalidArgument, "unknown-setting", "there is no setting of that name";
        /// A setting takes text.
        NotText {
            /// The setting's name.
            name: &'static str,
        } => InvalidArgument, "not-text", "{name} takes text";
        /// A setting takes true or false.
        NotFlag {
            /// The setting's name.
            name: &'static str,
        } => InvalidArgument, "not-flag", "{name} takes true or false (1 or 0)";
        /// A setting takes a whole number of seconds.
        NotSeconds {
            /// The setting's name.
            name: &'static str,
        } => InvalidArgument, "not-seconds", "{name} takes a whole number of seconds";
        /// There is no HMAC of that name.
        UnknownHmac => InvalidArgument, "unknown-hmac", "the HMAC algorithm is none of SHA1, SHA224, SHA256, SHA384, SHA512";
        /// There is no hash of that name.
        UnknownHash => InvalidArgument, "unknown-hash", "the hash is none of SHA1, SHA224, SHA256, SHA384, SHA512";
        /// There is no transmission of that name.
        UnknownTransmission
            => InvalidArgument, "unknown-transmission", "the transmission is none of header, query, body";
        /// There is no form of URLs of that name.
        UnknownUrlForm => InvalidArgument, "unknown-url-form", "the form of the URL is none of usual, as-given, normal";
        /// A form body must carry the protocol parameters, and there is none (RFC 5849 §3.5.2).
        NoFormToCarry => InvalidArgument, "no-form",
            "the transmission is by body, and the content type is not application/x-www-form-urlencoded";
        /// A header is asked for where the protocol parameters do not travel in one.
        NoHeader => InvalidArgument, "no-header",
            "only a request transmitted by header has an Authorization header; sign it the full way";
        /// More extra protocol parameters are set than any service has.
        ManyProtocolParameters {
            /// How many there are already.
            most: usize,
        } => InvalidArgument, "many-protocol-parameters",
            "the request has {most} extra protocol parameters already, and no service has as many";
        /// An explanation of more parameters is asked for than anyone reads, and few machines could hold.
        TooManyParameters {
            /// How many are explained.
            most: usize,
        } => InvalidArgument, "too-many-parameters",
            "the request has more than the {most} parameters that osign explains; explain one like it with fewer";
        /// A timestamp is not a positive integer.
        BadTimestamp => InvalidArgument, "bad-timestamp",
            "the timestamp is not positive (RFC 5849 §3.3); look at the clock, its offset, or the timestamp given";
    }
}
