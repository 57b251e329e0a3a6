//! Classes and their members: names in both languages, and what each member does.

use super::arguments::Arguments;
use super::exception::Exception;
use super::parameter::{Names, Parameter};
use super::text::same_name;
use super::value::Returned;
use std::ffi::c_long;

/// What the platform makes objects of. It knows nothing of the platform.
pub(super) trait Class: Sized + Send + 'static {
    /// The class is called so, in both languages.
    const NAME: &'static str;
    const PROPERTIES: &'static [Property<Self>];
    const METHODS: &'static [Method<Self>];

    /// An object with nothing set.
    fn new() -> Self;

    /// What a call that went well has to say all the same, once.
    fn remark(&mut self) -> Option<Exception> {
        None
    }
}

/// A property; all of them are read alone.
pub(super) struct Property<C> {
    pub(super) names: Names,
    pub(super) get: Get<C>,
}

/// What a property has.
pub(super) enum Get<C> {
    /// What every class has: the sentence of what went wrong in the last call.
    LastError,
    /// Its status.
    ErrorCode,
    /// The word that stands for it.
    ErrorReason,
    /// Something of the object.
    Of(fn(&C) -> Returned),
}

/// A method.
pub(super) struct Method<C> {
    pub(super) names: Names,
    /// Further names that it is found by.
    pub(super) aliases: &'static [&'static str],
    pub(super) parameters: &'static [Parameter],
    /// Whether it is a function.
    pub(super) has_result: bool,
    /// What follows once the caller has its answer, or has not.
    pub(super) after: fn(&mut C, has_arrived: bool),
    pub(super) action: Action<C>,
}

/// What a method does.
pub(super) type Action<C> = fn(&mut C, &Arguments<'_>) -> Result<Returned, Exception>;

pub(super) const fn procedure<C>(names: Names, parameters: &'static [Parameter], action: Action<C>) -> Method<C> {
    Method { names, aliases: &[], parameters, has_result: false, after: |_, _| (), action }
}

pub(super) const fn function<C>(names: Names, parameters: &'static [Parameter], action: Action<C>) -> Method<C> {
    Method { has_result: true, ..procedure(names, parameters, action) }
}

/// The properties that every class has.
pub(super) const fn version<C>() -> Property<C> {
    Property { names: ("Version", "Версия"), get: Get::Of(|_| crate::VERSION.into()) }
}

pub(super) const fn last_error<C>() -> Property<C> {
    Property { names: ("LastError", "ПоследняяОшибка"), get: Get::LastError }
}

pub(super) const fn error_code<C>() -> Property<C> {
    Property { names: ("ErrorCode", "КодОшибки"), get: Get::ErrorCode }
}

pub(super) const fn error_reason<C>() -> Property<C> {
    Property { names: ("ErrorReason", "ПричинаОшибки"), get: Get::ErrorReason }
}

/// What has the platform's number among all of its kind.
pub(super) fn at<T>(all: &[T], number: c_long) -> Option<&T> {
    all.get(usize::try_from(number).ok()?)
}

/// The number of the property with this name, in whatever case and language.
pub(super) fn find_property<C: Class>(name: &str) -> Option<usize> {
    C::PROPERTIES.iter().position(|property| names(property.names, name))
}

/// The number of the method with this name, in whatever case and language.
pub(super) fn find_method<C: Class>(name: &str) -> Option<usize> {
    let is_it =
        |method: &Method<C>| names(method.names, name) || method.aliases.iter().any(|alias| same_name(alias, name));
    C::METHODS.iter().position(is_it)
}

fn names((english, russian): Names, name: &str) -> bool {
    same_name(english, name) || same_name(russian, name)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::onec::parameter::Default;
    use std::path::Path;

    /// Each member is found by each of its names, in whatever case, and what may be left out stands last.
    pub(in crate::onec) fn check_names<C: Class>() {
        let properties = C::PROPERTIES.iter().map(|property| property.names);
        for (index, (english, russian)) in properties.enumerate() {
            assert_eq!(find_property::<C>(english), Some(index), "{english}");
            assert_eq!(find_property::<C>(&russian.to_uppercase()), Some(index), "{russian}");
            assert_eq!(find_method::<C>(english), None, "{english}");
        }
        for (index, method) in C::METHODS.iter().enumerate() {
            for name in [method.names.0, method.names.1].iter().chain(method.aliases) {
                assert_eq!(find_method::<C>(&name.to_lowercase()), Some(index), "{name}");
                assert_eq!(find_property::<C>(name), None, "{name}");
            }
            let optional = method.parameters.iter().map(|parameter| parameter.default.is_some());
            assert!(optional.is_sorted(), "{}", method.names.0);
        }
        assert_eq!(find_method::<C>("Одноразо"), None);
    }

    fn signature<C>(method: &Method<C>, language: fn(Names) -> &'static str) -> String {
        let parameters: Vec<_> = method
            .parameters
            .iter()
            .map(|parameter| {
                let name = language(parameter.names);
                match parameter.default {
                    None => name.to_owned(),
                    Some(Default::Text(default)) => format!("{name} = \"{default}\""),
                    Some(Default::Whole(default)) => format!("{name} = {default}"),
                    Some(Default::Boolean(true)) => format!("{name} = {}", language(("True", "Истина"))),
                    Some(Default::Boolean(false)) => format!("{name} = {}", language(("False", "Ложь"))),
                }
            })
            .collect();
        format!("`{}({})`", language(method.names), parameters.join(", "))
    }

    /// The tables behind the class's heading have every member, and no other: a row begins with its name in both languages.
    pub(in crate::onec) fn check_guides<C: Class>() {
        let english = |names: Names| names.0;
        let russian = |names: Names| names.1;
        let shipped = C::METHODS.iter().filter(|method| !method.names.0.ends_with("ForTests"));
        let mut members: Vec<_> =
            shipped.map(|method| (signature(method, english), signature(method, russian))).collect();
        members.extend(
            C::PROPERTIES.iter().map(|property| (format!("`{}`", property.names.0), format!("`{}`", property.names.1))),
        );
        members.sort_unstable();
        for (guide, first_is_english) in [("README.md", false), ("README.en.md", true)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/1c").join(guide);
            let text = std::fs::read_to_string(path).unwrap();
            let marks = [format!("<!-- {} -->", C::NAME), format!("<!-- /{} -->", C::NAME)];
            let part =
                text.split_once(&marks[0]).and_then(|(_, rest)| rest.split_once(&marks[1])).map(|(part, _)| part);
            let rows = part.unwrap_or_default().lines().filter_map(|line| {
                let mut cells = line.strip_prefix("| ")?.split(" | ");
                let (first, second) = (cells.next()?, cells.next()?);
                let is_row = first.starts_with('`') && second.starts_with('`') && cells.next().is_some();
                let (first, second) = (first.to_owned(), second.to_owned());
                is_row.then_some(if first_is_english { (first, second) } else { (second, first) })
            });
            let mut rows: Vec<_> = rows.collect();
            rows.sort_unstable();
            for (name, russian_name) in &members {
                let row = (name.clone(), russian_name.clone());
                assert!(rows.contains(&row), "{guide} lacks a row of {russian_name}, {name}");
            }
            assert_eq!(rows.len(), members.len(), "{guide} has rows of {} that are none of its members", C::NAME);
        }
    }
}
