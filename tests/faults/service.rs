//! What a service does with the tokens of one grant: each policy and flag that there is, without HTTP. Times are Unix
//! milliseconds.

use std::collections::HashMap;

/// What becomes of an old refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// There is one for ever.
    None,
    /// It dies when it is used.
    Strict,
    /// It lives so many seconds from its first use, and for so many uses.
    Timed { seconds: i64, count: Option<u32> },
    /// It lives until its successor is used, and so many seconds at most.
    UntilNewRefreshUsed { cap: Option<i64> },
    /// It lives until the access token that came for it is used, and a little longer.
    UntilNewAccessUsed { extra: i64 },
    /// Used again it brings the same pair.
    Idempotent,
    /// There is another one each day; the old one lives so many seconds on.
    Calendar { seconds: i64 },
    /// The value changes every other time; none dies.
    Maybe,
    /// What was lost can be asked for again (FAPI 2.0 Security Profile §5.3.2.1).
    Fapi2,
}

/// When it lets a token be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Any,
    /// Once the access token has ended; before, it says "token not expired".
    AfterExpiry,
    /// In the last seconds of the access token's life.
    Last(i64),
    /// The same as any time for the service, which blocks who asks without need.
    OnRefusal,
}

/// How a service behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    pub(crate) rotation: Rotation,
    /// Whether a dead refresh token takes all others with it.
    pub(crate) family: bool,
    /// Whether a refresh ends the access tokens before.
    pub(crate) old_access_dies: bool,
    pub(crate) when: When,
    /// Whether a refresh brings the same access token while that lives.
    pub(crate) access_may_stay: bool,
    /// By which status the API says that an access token has ended; with 200 it says so in the body.
    pub(crate) expired_status: u16,
    /// The seconds that an access token lives.
    pub(crate) life: i64,
}

impl Habits {
    pub(crate) const fn of(rotation: Rotation) -> Self {
        Self {
            rotation,
            family: false,
            old_access_dies: false,
            when: When::Any,
            access_may_stay: false,
            expired_status: 401,
            life: 3600,
        }
    }

    pub(crate) const STRICT: Self = Self::of(Rotation::Strict);
    pub(crate) const FAMILY: Self = Self { family: true, ..Self::STRICT };

    /// Whether a pair that was lost can be had again.
    pub(crate) const fn saves(&self) -> bool {
        !matches!(self.rotation, Rotation::Strict) && !self.family
    }

    /// The profile that tells all this to osign.
    pub(crate) fn profile(&self) -> String {
        let (policy, more) = match self.rotation {
            Rotation::None => ("none", String::new()),
            Rotation::Strict => ("strict", String::new()),
            Rotation::Timed { seconds, count } => {
                let count = count.map(|count| format!("count = {count}\n")).unwrap_or_default();
                ("timed", format!("seconds = {seconds}\n{count}"))
            }
            Rotation::UntilNewRefreshUsed { cap } => {
                ("until-new-refresh-used", cap.map(|cap| format!("cap = {cap}\n")).unwrap_or_default())
            }
            Rotation::UntilNewAccessUsed { extra } => ("until-new-access-used", format!("extra = {extra}\n")),
            Rotation::Idempotent => ("idempotent", String::new()),
            Rotation::Calendar { seconds } => ("calendar", format!("seconds = {seconds}\n")),
            Rotation::Maybe => ("maybe", String::new()),
            Rotation::Fapi2 => ("fapi2", String::new()),
        };
        let when = match self.when {
            When::Any => "refresh_when = \"any\"".to_owned(),
            When::AfterExpiry => "refresh_when = \"after-expiry\"".to_owned(),
            When::Last(seconds) => format!("refresh_when = \"last\"\nlast = {seconds}"),
            When::OnRefusal => "refresh_when = \"on-refusal\"".to_owned(),
        };
        let Self { family, old_access_dies, access_may_stay, .. } = self;
        let expired = match self.expired_status {
            200 => "{ status = 200, contains = \"expired_token\" }".to_owned(),
            status => format!("{{ status = {status} }}"),
        };
        format!(
            r#"name = "faulty"
title = "Faulty"
grant = "code"
[endpoints]
authorize = ""
token = ""
[request]
client_authentication = "body"
body = "form"
redirect_uri = ["authorize", "exchange"]
pkce = true
[rotation]
policy = "{policy}"
{more}revokes_family = {family}
{when}
budget_per_hour = 1000
[access_token]
old_dies = {old_access_dies}
may_stay = {access_may_stay}
expired = [{expired}]
[[errors]]
code = "invalid_grant"
description = "token not expired"
means = "too-early"
[sources]
"#
        )
    }
}

/// A refresh token that was handed out.
#[derive(Clone, Debug)]
struct Minted {
    /// By which one it was had.
    parent: Option<String>,
    born: i64,
    dead: bool,
    first_use: Option<i64>,
    uses: u32,
    /// When it ends since something that came for it was used.
    ends: Option<i64>,
    /// The pair that came for it last.
    pair: Option<(String, String)>,
}

#[derive(Clone, Debug)]
struct Access {
    ends: i64,
    dead: bool,
    /// The refresh token that it was had by.
    parent: Option<String>,
}

/// What was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
    /// The seconds that the access token still lives.
    pub(crate) expires_in: i64,
}

/// Why nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidGrant,
    TooEarly,
}

/// A service with one grant.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) habits: Habits,
    refresh: HashMap<String, Minted>,
    access: HashMap<String, Access>,
    codes: Vec<String>,
    current: Option<String>,
    /// How many pairs were handed out.
    pub(crate) pairs: u32,
    /// Begins each token, so that those of two services differ, and a search finds them.
    pub(crate) mark: String,
}

impl Service {
    pub(crate) fn new(habits: Habits, mark: &str) -> Self {
        Self {
            habits,
            refresh: HashMap::new(),
            access: HashMap::new(),
            codes: Vec::new(),
            current: None,
            pairs: 0,
            mark: mark.to_owned(),
        }
    }

    /// A person agrees.
    pub(crate) fn consent(&mut self) -> String {
        let code = format!("{}-code-{}", self.mark, self.codes.len());
        self.codes.push(code.clone());
        code
    }

    /// A code arrives, which works once.
    pub(crate) fn exchange(&mut self, code: &str, now: i64) -> Result<Pair, Refusal> {
        let Some(index) = self.codes.iter().position(|known| known == code) else { return Err(Refusal::InvalidGrant) };
        self.codes[index] = String::new();
        Ok(self.mint(None, now))
    }

    /// A refresh token arrives.
    pub(crate) fn refresh(&mut self, token: &str, now: i64) -> Result<Pair, Refusal> {
        let habits = self.habits;
        let Some(known) = self.refresh.get(token).cloned() else { return Err(Refusal::InvalidGrant) };
        if known.first_use.is_none() && !known.dead && self.is_early(now) {
            return Err(Refusal::TooEarly);
        }
        let since = known.first_use.map_or(0, |first| now - first);
        let has_ended = known.dead
            || known.ends.is_some_and(|ends| now >= ends)
            || match habits.rotation {
                Rotation::Timed { seconds, count } => {
                    since >= seconds * 1000 || count.is_some_and(|count| known.uses > count)
                }
                Rotation::UntilNewRefreshUsed { cap: Some(cap) } => since >= cap * 1000,
                Rotation::Calendar { seconds } => known.pair.is_some() && since >= seconds * 1000,
                _ => false,
            };
        if has_ended {
            if habits.family {
                self.revoke();
            }
            return Err(Refusal::InvalidGrant);
        }
        if let Some(parent) = &known.parent
            && matches!(habits.rotation, Rotation::UntilNewRefreshUsed { .. } | Rotation::Fapi2)
        {
            self.end(parent);
        }
        if let (Rotation::Idempotent, Some((access, refresh))) = (habits.rotation, &known.pair) {
            let expires_in = (self.access[access].ends - now) / 1000;
            return Ok(Pair { access: access.clone(), refresh: refresh.clone(), expires_in: expires_in.max(1) });
        }
        let stays = match habits.rotation {
            Rotation::None => true,
            Rotation::Maybe => self.pairs.is_multiple_of(2),
            Rotation::Calendar { .. } => now - known.born < 86_400_000,
            _ => false,
        };
        if habits.old_access_dies {
            self.access.values_mut().for_each(|access| access.dead = true);
        }
        if stays {
            let (access, expires_in) = self.new_access(Some(token), now);
            self.pairs += 1;
            if let Some(known) = self.refresh.get_mut(token) {
                known.first_use.get_or_insert(now);
            }
            return Ok(Pair { access, refresh: token.to_owned(), expires_in });
        }
        let minted = self.mint(Some(token), now);
        if let Some(known) = self.refresh.get_mut(token) {
            known.first_use.get_or_insert(now);
            known.uses += 1;
            known.dead = habits.rotation == Rotation::Strict;
            known.pair = Some((minted.access.clone(), minted.refresh.clone()));
        }
        Ok(minted)
    }

    /// A program uses an access token; whether it is taken.
    pub(crate) fn use_access(&mut self, token: &str, now: i64) -> bool {
        let Some(access) = self.access.get(token).filter(|access| !access.dead && now < access.ends).cloned() else {
            return false;
        };
        if let (Rotation::UntilNewAccessUsed { extra }, Some(parent)) = (self.habits.rotation, access.parent)
            && let Some(parent) = self.refresh.get_mut(&parent)
        {
            parent.ends.get_or_insert(now + extra * 1000);
        }
        true
    }

    /// A person takes it all back.
    pub(crate) fn revoke(&mut self) {
        self.refresh.values_mut().for_each(|minted| minted.dead = true);
        self.access.values_mut().for_each(|access| access.dead = true);
    }

    /// Whether a refresh token would be taken now, without taking it.
    pub(crate) fn would_take(&self, token: &str, now: i64) -> bool {
        self.clone().refresh(token, now).is_ok()
    }

    /// Every access token ends now.
    pub(crate) fn end_access(&mut self) {
        self.access.values_mut().for_each(|access| access.dead = true);
        self.current = None;
    }

    /// When the access token ends that it handed out last; 0 where there is none.
    pub(crate) fn current_ends(&self) -> i64 {
        self.current.as_ref().and_then(|token| self.access.get(token)).map_or(0, |access| access.ends)
    }

    fn is_early(&self, now: i64) -> bool {
        let left = (self.current_ends() - now).max(0);
        match self.habits.when {
            When::Any | When::OnRefusal => false,
            When::AfterExpiry => left > 0,
            When::Last(seconds) => left > seconds * 1000,
        }
    }

    /// A token that came before this one ends, and what came before that.
    fn end(&mut self, token: &str) {
        if let Some(minted) = self.refresh.get_mut(token) {
            minted.dead = true;
            if let Some(parent) = minted.parent.clone() {
                self.end(&parent);
            }
        }
    }

    fn mint(&mut self, parent: Option<&str>, now: i64) -> Pair {
        self.pairs += 1;
        let refresh = format!("{}-refresh-{}", self.mark, self.pairs);
        self.refresh.insert(
            refresh.clone(),
            Minted {
                parent: parent.map(str::to_owned),
                born: now,
                dead: false,
                first_use: None,
                uses: 0,
                ends: None,
                pair: None,
            },
        );
        let (access, expires_in) = self.new_access(parent, now);
        Pair { access, refresh, expires_in }
    }

    fn new_access(&mut self, parent: Option<&str>, now: i64) -> (String, i64) {
        if self.habits.access_may_stay
            && let Some(token) = self.current.clone()
            && let Some(access) = self.access.get(&token).filter(|access| !access.dead && access.ends - now >= 1000)
        {
            return (token, (access.ends - now) / 1000);
        }
        let token = format!("{}-access-{}", self.mark, self.access.len() + 1);
        let access = Access { ends: now + self.habits.life * 1000, dead: false, parent: parent.map(str::to_owned) };
        self.access.insert(token.clone(), access);
        self.current = Some(token.clone());
        (token, self.habits.life)
    }
}
