//! What a person is to do about an error, which each host says in its own words.

/// What is to be done, with the name of the grant that it is to be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice<'a> {
    /// Log in; the sentence says so itself.
    LogIn(&'a str),
    /// Log in, to use what is not used now.
    LogInToUse(&'a str),
    /// Log in at another account's host.
    LogInElsewhere(&'a str),
    /// Adopt the grant.
    Adopt(&'a str),
    /// Adopt the store.
    AdoptStore,
    /// Put another key in the place of a static one.
    ReplaceKey(&'a str),
    /// Revoke the grant here alone.
    RevokeHere(&'a str),
    /// Have requests signed.
    Authorize(&'a str),
    /// Run the login as a flow of one's own.
    Flow(&'a str),
}

/// How a host says what is to be done: a command, a call; nothing where it has no word for it.
pub type Wording = fn(Advice<'_>) -> String;

// Grants alone advise anything.
#[cfg(feature = "grant")]
impl Advice<'_> {
    /// As it stands in a sentence, in a host's words.
    pub(crate) fn in_sentence(self, wording: Wording) -> String {
        let words = wording(self);
        if words.is_empty() { words } else { format!(": {words}") }
    }
}

/// In words that are no host's; nothing where the sentence needs none.
pub(super) fn plainly(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogInToUse(_) => "log in",
        Advice::Adopt(_) | Advice::AdoptStore => "adopt it",
        Advice::Authorize(_) => "have requests authorized",
        Advice::LogIn(_)
        | Advice::LogInElsewhere(_)
        | Advice::ReplaceKey(_)
        | Advice::RevokeHere(_)
        | Advice::Flow(_) => "",
    }
    .to_owned()
}
