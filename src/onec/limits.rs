//! How large what the class is given may be. What is larger is refused before it takes any memory.

/// The longest key, secret, token and the like, in bytes of UTF-8; and the longest extra parameters taken together.
/// No server takes headers as long.
pub(super) const LARGEST_SETTING: usize = 64 << 10;

/// The largest request that the core takes to pieces, in bytes: URL and form, method and type. A body that is no form is not copied.
pub(super) const LARGEST_REQUEST: usize = 16 << 20;

/// The same where every piece is shown.
pub(super) const LARGEST_EXPLAINED: usize = 1 << 20;
