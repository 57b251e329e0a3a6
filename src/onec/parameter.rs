//! The parameters of the classes' methods: their names, and what they are when they are left out.

/// English and Russian.
pub(super) type Names = (&'static str, &'static str);

/// A parameter of a method.
pub(super) struct Parameter {
    pub(super) names: Names,
    /// What it is when it is left out; none when it must be given.
    pub(super) default: Option<Default>,
}

/// What a parameter is when it is left out.
#[derive(Clone, Copy)]
pub(super) enum Default {
    Text(&'static str),
    Whole(i64),
    #[cfg(feature = "onec-tokens")]
    Boolean(bool),
}

pub(super) const fn needed(english: &'static str, russian: &'static str) -> Parameter {
    Parameter { names: (english, russian), default: None }
}

pub(super) const fn optional(english: &'static str, russian: &'static str, default: &'static str) -> Parameter {
    Parameter { names: (english, russian), default: Some(Default::Text(default)) }
}

pub(super) const fn whole(english: &'static str, russian: &'static str, default: i64) -> Parameter {
    Parameter { names: (english, russian), default: Some(Default::Whole(default)) }
}

#[cfg(feature = "onec-tokens")]
pub(super) const fn boolean(english: &'static str, russian: &'static str, default: bool) -> Parameter {
    Parameter { names: (english, russian), default: Some(Default::Boolean(default)) }
}
