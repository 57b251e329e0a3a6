//! What a service does to the old refresh token when it hands out a new pair.

/// The rotation policy of a service. What is not known is [`Strict`](Self::Strict): that is the cautious value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// The refresh token stays.
    None,
    /// The old one dies at once.
    Strict,
    /// The old one works for some seconds from its first use, and for so many uses if there is a number.
    Timed {
        /// How long.
        seconds: u32,
        /// How often.
        count: Option<u32>,
    },
    /// The old one works until the new refresh token is used, and for so long at most.
    UntilNewRefreshUsed {
        /// In seconds; 0 where no end is known.
        cap: u32,
    },
    /// The old one works until the new access token is used, and a little longer.
    UntilNewAccessUsed {
        /// Seconds after that use.
        extra: u32,
        /// In seconds; 0 where no end is known.
        cap: u32,
    },
    /// The old one, sent again, brings the same pair again.
    Idempotent,
    /// The value changes by the calendar; the old one works for so many seconds.
    Calendar {
        /// How long.
        seconds: u32,
    },
    /// The value may change or stay; an old one is not revoked.
    Maybe,
    /// Sending the old one again after an answer was lost succeeds (FAPI 2.0 Security Profile §5.3.2.1).
    Fapi2,
}

/// When a service wants to be asked for a new token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefreshWhen {
    /// At any time.
    Any,
    /// After the access token has ended.
    AfterExpiry,
    /// In the last seconds of the access token's life, or after.
    Last(u32),
    /// After it turned the access token down, or that has ended.
    OnRefusal,
}
