//! The parameters of the class's methods: their names, and what they are when they are left out.

/// English and Russian.
pub(super) type Names = (&'static str, &'static str);

/// A parameter of a method.
pub(super) struct Parameter {
    pub(super) names: Names,
    /// What it is when it is left out; none when it must be given.
    pub(super) default: Option<&'static str>,
}

pub(super) const fn needed(english: &'static str, russian: &'static str) -> Parameter {
    Parameter { names: (english, russian), default: None }
}

pub(super) const fn optional(english: &'static str, russian: &'static str, default: &'static str) -> Parameter {
    Parameter { names: (english, russian), default: Some(default) }
}
