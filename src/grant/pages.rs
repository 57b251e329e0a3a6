//! What a store has, by and by: a store of a million grants must fit into the memory of whoever looks through it.

use super::store::Store;
use crate::error::Error;
use std::fmt;

/// The most that is read of a store, and held, at once. A record has [`MOST`](super::seal::MOST) bytes at most.
const PAGE: usize = 256;

/// All things of a store, sorted by name, read a page at a time. What is added or removed meanwhile is there or not; what stays
/// comes exactly once.
pub struct Pages<T, L> {
    load: L,
    name: fn(&T) -> &str,
    page: std::vec::IntoIter<T>,
    /// Behind which name the next page begins; None behind the last one.
    after: Option<String>,
}

impl<T, L> fmt::Debug for Pages<T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("after", &self.after).finish_non_exhaustive()
    }
}

impl<T, E, L: FnMut(&str, usize) -> Result<Vec<T>, E>> Pages<T, L> {
    /// Of what loads so many at most behind a name, and tells the name of one.
    pub fn new(load: L, name: fn(&T) -> &str) -> Self {
        Self { load, name, page: Vec::new().into_iter(), after: Some(String::new()) }
    }
}

impl<T, E, L: FnMut(&str, usize) -> Result<Vec<T>, E>> Iterator for Pages<T, L> {
    type Item = Result<T, E>;

    /// After an error there is no more.
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(one) = self.page.next() {
            return Some(Ok(one));
        }
        let page = match (self.load)(&self.after.take()?, PAGE) {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        self.after = page.last().filter(|_| page.len() >= PAGE).map(|last| (self.name)(last).to_owned());
        self.page = page.into_iter();
        self.page.next().map(Ok)
    }
}

/// The names of all grants of a store, sorted.
pub fn names(store: &impl Store) -> impl Iterator<Item = Result<String, Error>> {
    Pages::new(|after: &str, most| store.names_after(after, most), String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Keeping;
    use std::cell::Cell;

    /// So many names, of which pages of any size are cut.
    fn pages(count: usize, asked: &Cell<usize>) -> impl Iterator<Item = Result<String, Error>> {
        let all: Vec<_> = (0..count).map(|number| format!("g{number:05}")).collect();
        let load = move |after: &str, most: usize| {
            asked.set(asked.get() + 1);
            Ok(all.iter().filter(|name| name.as_str() > after).take(most).cloned().collect())
        };
        Pages::new(load, String::as_str)
    }

    #[test]
    fn each_comes_once_whatever_the_pages_are() {
        for (count, expected) in [(0, 1), (1, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2), (3 * PAGE + 7, 4)] {
            let asked = Cell::new(0);
            let found: Vec<_> = pages(count, &asked).map(Result::unwrap).collect();
            assert_eq!(found, (0..count).map(|number| format!("g{number:05}")).collect::<Vec<_>>());
            assert_eq!(asked.get(), expected, "{count}");
        }
        let asked = Cell::new(0);
        assert!(pages(10 * PAGE, &asked).next().is_some());
        assert_eq!(asked.get(), 1, "no more is read than is asked for");
    }

    #[test]
    fn an_error_ends_it() {
        let mut failing = Pages::new(|_: &str, _| Err::<Vec<String>, Error>(Keeping::BadName.into()), String::as_str);
        assert_eq!(failing.next(), Some(Err(Keeping::BadName.into())));
        assert_eq!(failing.next(), None);
    }
}
