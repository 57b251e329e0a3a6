//! A page of numbered steps, as a person reads it.

use std::fmt::{self, Write};

/// What a piece of the text is, for who wants to set it off, say with colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The title of a step.
    Heading,
    /// Where a pair comes from.
    Origin,
    /// The name of a pair.
    Name,
    /// What is sent or signed, as it stands.
    Exact,
    /// A remark.
    Note,
    /// A warning.
    Warning,
}

/// Writes a piece of text, as it is or set off by its role.
pub type Paint<'a> = dyn FnMut(&mut dyn Write, Role, &str) -> fmt::Result + 'a;

/// The page as it grows. What fails is `out` or `paint`.
pub struct Page<'o, 'p> {
    out: &'o mut dyn Write,
    paint: &'o mut Paint<'p>,
    step: usize,
    is_begun: bool,
}

impl<'o, 'p> Page<'o, 'p> {
    /// An empty page, each piece of which goes to `out` through `paint`.
    pub fn new(out: &'o mut dyn Write, paint: &'o mut Paint<'p>) -> Self {
        Self { out, paint, step: 0, is_begun: false }
    }

    /// The title of the next step, and the section of a standard that it follows.
    ///
    /// # Errors
    /// What `out` or `paint` fails with; so do the others.
    pub fn step(&mut self, title: &str, section: &str) -> fmt::Result {
        self.step += 1;
        let title = format!("{}. {title} ({section})", self.step);
        self.heading(&title)
    }

    /// The title of what is no step.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn heading(&mut self, title: &str) -> fmt::Result {
        if self.is_begun {
            self.out.write_str("\n")?;
        }
        self.is_begun = true;
        self.put(Role::Heading, title)?;
        self.out.write_str("\n")
    }

    /// What is sent or signed, as it stands.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn line(&mut self, text: &str) -> fmt::Result {
        self.marked(Role::Exact, "", text)
    }

    /// A remark.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn note(&mut self, text: &str) -> fmt::Result {
        self.marked(Role::Note, "- ", text)
    }

    /// A warning.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn warning(&mut self, text: &str) -> fmt::Result {
        self.marked(Role::Warning, "! ", text)
    }

    /// A name and its value, in a column behind where they come from.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn pair(&mut self, (origin, width): (&str, usize), name: &str, value: &str) -> fmt::Result {
        self.indent()?;
        self.put(Role::Origin, &format!("{origin:<width$} "))?;
        self.put(Role::Name, name)?;
        self.put(Role::Exact, &format!(" = {value}\n"))
    }

    /// A name and its value as they are written in a form.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn encoded_pair(&mut self, name: &str, value: &str) -> fmt::Result {
        self.indent()?;
        self.put(Role::Name, name)?;
        self.put(Role::Exact, &format!("={value}\n"))
    }

    fn marked(&mut self, role: Role, mark: &str, text: &str) -> fmt::Result {
        self.indent()?;
        self.put(role, &format!("{mark}{text}"))?;
        self.out.write_str("\n")
    }

    fn put(&mut self, role: Role, text: &str) -> fmt::Result {
        (self.paint)(self.out, role, text)
    }

    fn indent(&mut self) -> fmt::Result {
        self.out.write_str("   ")
    }
}

impl fmt::Debug for Page<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("step", &self.step).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_is_painted_by_its_role() {
        let mut out = String::new();
        let mut paint = |out: &mut dyn Write, role, text: &str| write!(out, "<{role:?}:{text}>");
        let mut page = Page::new(&mut out, &mut paint);
        page.step("One", "RFC 1 §2").unwrap();
        page.line("x").unwrap();
        page.note("y").unwrap();
        page.step("Two", "RFC 1 §3").unwrap();
        page.pair(("é", 3), "a", "b").unwrap();
        page.encoded_pair("a", "b").unwrap();
        page.heading("Warnings").unwrap();
        page.warning("z").unwrap();
        let expected = "\
<Heading:1. One (RFC 1 §2)>
   <Exact:x>
   <Note:- y>

<Heading:2. Two (RFC 1 §3)>
   <Origin:é   ><Name:a><Exact: = b
>   <Name:a><Exact:=b
>
<Heading:Warnings>
   <Warning:! z>
";
        assert_eq!(out, expected);
    }
}
