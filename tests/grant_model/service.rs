//! A service with one grant: what it does with a refresh token.

use osign::grant::rules::Rules;

/// How it treats the old refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Habit {
    /// There is one for ever.
    Stays,
    /// It dies when it is used.
    Strict,
    /// The same, and used again it takes all others with it.
    Family,
    /// It lives so many milliseconds from its first use; each use brings another pair.
    Timed(i64),
    /// The same, and later it takes all others with it.
    TimedFamily(i64),
    /// It lives until its successor is used.
    UntilNewRefreshUsed,
    /// It lives until the access token that came for it is used.
    UntilNewAccessUsed,
    /// Used again it brings the same pair.
    Idempotent,
}

/// A refresh token that was handed out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Minted {
    /// By which one it was had.
    parent: Option<usize>,
    dead: bool,
    first_use: Option<i64>,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reply {
    /// Numbers of the access and the refresh token.
    Pair(usize, usize),
    Rejected,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Service {
    habit: Habit,
    minted: Vec<Minted>,
    access: usize,
}

impl Service {
    /// With refresh token 0 handed out.
    pub(crate) fn new(habit: Habit) -> Self {
        Self { habit, minted: vec![Minted { parent: None, dead: false, first_use: None }], access: 0 }
    }

    fn mint(&mut self, parent: usize) -> Reply {
        self.access += 1;
        self.minted.push(Minted { parent: Some(parent), dead: false, first_use: None });
        Reply::Pair(self.access, self.minted.len() - 1)
    }

    fn revoke_all(&mut self) -> Reply {
        for minted in &mut self.minted {
            minted.dead = true;
        }
        Reply::Rejected
    }

    /// A refresh token arrives.
    pub(crate) fn refresh(&mut self, token: usize, now: i64) -> Reply {
        let first = *self.minted[token].first_use.get_or_insert(now);
        let again = first != now || self.minted.iter().any(|minted| minted.parent == Some(token));
        match self.habit {
            Habit::Stays => {
                self.access += 1;
                Reply::Pair(self.access, token)
            }
            _ if self.minted[token].dead && matches!(self.habit, Habit::Family | Habit::TimedFamily(_)) => {
                self.revoke_all()
            }
            _ if self.minted[token].dead => Reply::Rejected,
            Habit::Strict | Habit::Family => {
                self.minted[token].dead = true;
                self.mint(token)
            }
            Habit::Timed(life) if now - first >= life => {
                self.minted[token].dead = true;
                Reply::Rejected
            }
            Habit::TimedFamily(life) if now - first >= life => self.revoke_all(),
            Habit::Timed(_) | Habit::TimedFamily(_) => self.mint(token),
            Habit::UntilNewRefreshUsed => {
                if let Some(parent) = self.minted[token].parent {
                    self.minted[parent].dead = true;
                }
                self.mint(token)
            }
            Habit::UntilNewAccessUsed => self.mint(token),
            Habit::Idempotent if again => {
                let child = self.minted.iter().position(|minted| minted.parent == Some(token));
                child.map_or(Reply::Rejected, |child| Reply::Pair(child, child))
            }
            Habit::Idempotent => self.mint(token),
        }
    }

    /// A program uses an access token that was handed out together with this refresh token.
    pub(crate) fn use_access(&mut self, refresh: usize) {
        if self.habit == Habit::UntilNewAccessUsed
            && let Some(parent) = self.minted[refresh].parent
        {
            self.minted[parent].dead = true;
        }
    }

    /// Whether it revokes a family, and nobody was told.
    pub(crate) fn surprises(&self, rules: &Rules) -> bool {
        matches!(self.habit, Habit::Family | Habit::TimedFamily(_)) && !rules.revokes_family
    }

    /// Whether a refresh token would be taken now, without taking it.
    pub(crate) fn would_take(&self, token: usize, now: i64) -> bool {
        matches!(self.clone().refresh(token, now), Reply::Pair(..))
    }
}
