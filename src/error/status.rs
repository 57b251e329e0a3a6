//! The numbers of errors.

/// What went wrong, as a number that never changes its meaning.
///
/// Numbers come in families of a hundred, are never reused, and new ones are appended. The C header
/// carries the same ones as `OSIGN_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Status {
    /// All went well.
    Ok = 0,
    /// A required argument is NULL, or a NULL body has a length.
    NullArgument = 100,
    /// Text is not UTF-8.
    InvalidUtf8 = 101,
    /// The caller's buffer is too small.
    BufferTooSmall = 102,
    /// An argument is outside what the call takes.
    InvalidArgument = 103,
    /// There is no memory for a copy of what the caller handed over.
    OutOfMemory = 104,
    /// The URL cannot be signed: relative, not http(s), without host, or malformed.
    InvalidUrl = 200,
    /// The HTTP method is not a token.
    InvalidMethod = 201,
    /// A parameter's name or value cannot be sent.
    InvalidParameter = 202,
    /// A protocol parameter stands in the request as well as among ours (RFC 5849 §3.1, §3.5).
    DuplicateProtocolParameter = 203,
    /// There is no signature method of that name.
    UnsupportedSignatureMethod = 204,
    /// A key is missing, of the wrong kind, or unreadable.
    InvalidKey = 300,
    /// The system gives no randomness.
    EntropyUnavailable = 301,
    /// An answer or a callback is not what the protocol says.
    InvalidAnswer = 500,
    /// The person or the service refused the login.
    Denied = 501,
    /// A callback answers another login, or none.
    ForeignState = 502,
    /// A host or an address is none that secrets may be sent to.
    UntrustedHost = 503,
    /// What is known of a service cannot be read.
    InvalidProfile = 504,
    /// There is no service of that name.
    UnknownProvider = 505,
    /// A client, an endpoint or an account is needed, and not set.
    NotConfigured = 506,
    /// A grant can be used again after a person logged in.
    NeedsLogin = 600,
    /// There is no token right now; a later call may bring one.
    TryLater = 601,
    /// The service refused the client, not the grant.
    ConfigurationRefused = 602,
    /// There is no grant of that name.
    UnknownGrant = 603,
    /// There is a grant of that name already.
    GrantExists = 604,
    /// The store cannot be opened, read or written.
    StoreUnusable = 605,
    /// The store's key cannot be used.
    InvalidStoreKey = 606,
    /// A record is sealed with another key.
    WrongStoreKey = 607,
    /// A record cannot be read, or was changed.
    DamagedRecord = 608,
    /// The store is a copy, or was restored.
    Quarantined = 609,
    /// New tokens came, and could not be saved where they belong.
    NotSaved = 610,
    /// The HTTP client cannot be set up as it was asked to.
    InvalidNetworkSetting = 700,
    /// A defect of this library: it panicked. Please report it.
    Panic = 900,
}

impl Status {
    /// Every status, in the order of their numbers.
    pub const ALL: [Self; 33] = [
        Self::Ok,
        Self::NullArgument,
        Self::InvalidUtf8,
        Self::BufferTooSmall,
        Self::InvalidArgument,
        Self::OutOfMemory,
        Self::InvalidUrl,
        Self::InvalidMethod,
        Self::InvalidParameter,
        Self::DuplicateProtocolParameter,
        Self::UnsupportedSignatureMethod,
        Self::InvalidKey,
        Self::EntropyUnavailable,
        Self::InvalidAnswer,
        Self::Denied,
        Self::ForeignState,
        Self::UntrustedHost,
        Self::InvalidProfile,
        Self::UnknownProvider,
        Self::NotConfigured,
        Self::NeedsLogin,
        Self::TryLater,
        Self::ConfigurationRefused,
        Self::UnknownGrant,
        Self::GrantExists,
        Self::StoreUnusable,
        Self::InvalidStoreKey,
        Self::WrongStoreKey,
        Self::DamagedRecord,
        Self::Quarantined,
        Self::NotSaved,
        Self::InvalidNetworkSetting,
        Self::Panic,
    ];

    /// The number that crosses every boundary.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The status with this number, if there is one.
    #[must_use]
    pub fn from_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The name as the C header spells it, such as `OSIGN_INVALID_URL`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OSIGN_OK",
            Self::NullArgument => "OSIGN_NULL_ARGUMENT",
            Self::InvalidUtf8 => "OSIGN_INVALID_UTF8",
            Self::BufferTooSmall => "OSIGN_BUFFER_TOO_SMALL",
            Self::InvalidArgument => "OSIGN_INVALID_ARGUMENT",
            Self::OutOfMemory => "OSIGN_OUT_OF_MEMORY",
            Self::InvalidUrl => "OSIGN_INVALID_URL",
            Self::InvalidMethod => "OSIGN_INVALID_METHOD",
            Self::InvalidParameter => "OSIGN_INVALID_PARAMETER",
            Self::DuplicateProtocolParameter => "OSIGN_DUPLICATE_PROTOCOL_PARAMETER",
            Self::UnsupportedSignatureMethod => "OSIGN_UNSUPPORTED_SIGNATURE_METHOD",
            Self::InvalidKey => "OSIGN_INVALID_KEY",
            Self::EntropyUnavailable => "OSIGN_ENTROPY_UNAVAILABLE",
            Self::InvalidAnswer => "OSIGN_INVALID_ANSWER",
            Self::Denied => "OSIGN_DENIED",
            Self::ForeignState => "OSIGN_FOREIGN_STATE",
            Self::UntrustedHost => "OSIGN_UNTRUSTED_HOST",
            Self::InvalidProfile => "OSIGN_INVALID_PROFILE",
            Self::UnknownProvider => "OSIGN_UNKNOWN_PROVIDER",
            Self::NotConfigured => "OSIGN_NOT_CONFIGURED",
            Self::NeedsLogin => "OSIGN_NEEDS_LOGIN",
            Self::TryLater => "OSIGN_TRY_LATER",
            Self::ConfigurationRefused => "OSIGN_CONFIGURATION_REFUSED",
            Self::UnknownGrant => "OSIGN_UNKNOWN_GRANT",
            Self::GrantExists => "OSIGN_GRANT_EXISTS",
            Self::StoreUnusable => "OSIGN_STORE_UNUSABLE",
            Self::InvalidStoreKey => "OSIGN_INVALID_STORE_KEY",
            Self::WrongStoreKey => "OSIGN_WRONG_STORE_KEY",
            Self::DamagedRecord => "OSIGN_DAMAGED_RECORD",
            Self::Quarantined => "OSIGN_QUARANTINED",
            Self::NotSaved => "OSIGN_NOT_SAVED",
            Self::InvalidNetworkSetting => "OSIGN_INVALID_NETWORK_SETTING",
            Self::Panic => "OSIGN_PANIC",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_one_to_one() {
        for (index, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert!(Status::ALL[..index].iter().all(|s| s.code() < status.code()));
            assert!(Status::ALL[..index].iter().all(|s| s.name() != status.name()));
        }
        assert_eq!(Status::from_code(1), None);
    }
}
