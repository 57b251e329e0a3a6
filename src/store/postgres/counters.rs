//! How many commits there were: what tells a server that has lost some from one that has not.
//!
//! One counter for all would hold up all: whoever raises it keeps its row until the commit is on the disk, and the others wait for
//! that one after another instead of sharing one write of the log (50 clients committed a third to a quarter as often). So there are
//! parts, and a connection of the server raises the one that its process number chooses. The commits of a part come one after
//! another, so that of a server that lost the last ones each part is what it was at one moment of its past, and no host that made
//! one of the lost commits finds its part as far as it had brought it.

use super::connection::{Failure, Row};

/// How many parts are raised by commits. The number stands in the schema, too.
pub(super) const PARTS: usize = 32;
/// What a commit tells of its part: how far it has come, times this, and the part's number.
const TOLD: u64 = 64;

/// How far the parts are. The first one, of the number 0, is that of the store: the schema's version 1 counted there, and adopting
/// a store does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commits(Vec<u64>);

impl Commits {
    /// What is known of them: missing ones are at 0.
    pub(super) fn known(mut parts: Vec<u64>) -> Self {
        parts.resize(1 + PARTS, 0);
        Self(parts)
    }

    /// Two columns of a row, from one on: the number of the store's own, and those of the others behind each other.
    pub(super) fn read(row: &Row, first: usize) -> Result<Self, Failure> {
        let others = row.text(first + 1)?.split(' ').filter(|part| !part.is_empty()).map(str::parse);
        let others: Vec<u64> = others.collect::<Result<_, _>>().map_err(|_| super::connection::strange())?;
        Ok(Self::known(std::iter::once(row.number(first)?).chain(others).collect()))
    }

    /// All of them together.
    pub(super) fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Each with its number.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, u64)> {
        self.0.iter().copied().enumerate()
    }

    /// Whether any part is behind what is known of it.
    pub(super) fn are_behind(&self, known: &Self) -> bool {
        self.0.iter().zip(&known.0).any(|(here, known)| here < known)
    }

    /// What is beyond both, for a store that goes on after it has lost some.
    pub(super) fn adopted(&self, known: &Self) -> Self {
        let mut parts: Vec<u64> = self.0.iter().zip(&known.0).map(|(here, known)| *here.max(known)).collect();
        parts[0] += 1;
        Self(parts)
    }
}

/// What a commit told of its part: the part's number, and how far it has come.
pub(super) fn told(said: u64) -> (usize, u64) {
    ((said % TOLD) as usize, said / TOLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_behind_is_not_made_good_by_another() {
        let known = Commits::known(vec![4, 7, 2]);
        assert!(!Commits::known(vec![4, 7, 2, 9]).are_behind(&known));
        assert!(Commits::known(vec![4, 6, 90]).are_behind(&known));
        assert!(Commits::known(vec![3, 7, 2]).are_behind(&known));
        let adopted = Commits::known(vec![4, 6, 90]).adopted(&known);
        assert_eq!(adopted, Commits::known(vec![5, 7, 90]));
        assert!(!adopted.are_behind(&known));
        assert_eq!(adopted.sum(), 102);
        assert_eq!(told(7 * TOLD + 31), (31, 7));
    }
}
