//! A campaign: processes with threads around expiries, which are killed at random, over a provider that lies at random.
//!
//! `OSIGN_CHAOS_SECONDS` says for how long, and `OSIGN_CHAOS_SEED` by which seed: the same kills and lies in the same order,
//! though not at the same moments.

use crate::policies::UNTIL_USED;
use crate::process::{Other, say};
use crate::service::{Habits, Rotation};
use crate::world::{Host, NAME, World};
use osign::grant::record::Status;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PROCESSES: usize = 3;
const THREADS: u64 = 4;

/// Those that are tried. The window of a timed one is longer than any wait here.
const POLICIES: [(&str, Habits); 9] = [
    ("strict", Habits { life: 1, ..Habits::STRICT }),
    ("strict, and the family", Habits { life: 1, old_access_dies: true, ..Habits::FAMILY }),
    ("none", Habits { life: 1, ..Habits::of(Rotation::None) }),
    ("timed", Habits { life: 1, ..Habits::of(Rotation::Timed { seconds: 36_000, count: None }) }),
    ("until the new refresh token is used", Habits { life: 1, old_access_dies: true, ..UNTIL_USED }),
    ("until the new access token is used", Habits { life: 1, ..Habits::of(Rotation::UntilNewAccessUsed { extra: 0 }) }),
    ("idempotent", Habits { life: 1, ..Habits::of(Rotation::Idempotent) }),
    ("maybe", Habits { life: 1, ..Habits::of(Rotation::Maybe) }),
    ("fapi2", Habits { life: 1, ..Habits::of(Rotation::Fapi2) }),
];

/// Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % most
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// What a process does until it is killed. It speaks of what must not be.
pub(crate) fn play(host: &Host) {
    thread::scope(|scope| {
        for index in 0..THREADS {
            scope.spawn(move || {
                let mut random = Random(u64::from(std::process::id()) * 1000 + index + 1);
                loop {
                    call(host);
                    thread::sleep(Duration::from_millis(random.below(30)));
                }
            });
        }
    });
}

fn call(host: &Host) {
    match host.keeper().access_token(NAME, 0, 3_000) {
        Ok(token) => {
            let grant = host.grant();
            let is_newer = grant.generation > token.generation;
            if !is_newer && (grant.generation, grant.secrets.access) != (token.generation, Some(token.value)) {
                say(&format!("not durable: generation {}", token.generation));
            }
        }
        Err(error) if ["waiting", "busy", "busy-store", "lost-pair", "rejected"].contains(&error.word()) => {}
        Err(error) => say(&format!("unexpected: {error}")),
    }
}

struct Campaign<'a> {
    name: &'a str,
    world: World,
    random: Random,
    kills: usize,
    lost: usize,
    logins: usize,
}

impl Campaign<'_> {
    fn run(&mut self, until: Instant) {
        let mut others: Vec<_> = (0..PROCESSES).map(|_| self.world.other("chaos")).collect();
        while Instant::now() < until {
            thread::sleep(Duration::from_millis(20 + self.random.below(180)));
            // Or a token's life would be most of the time.
            self.world.clock.skip(200 + self.random.below(400).cast_signed());
            let index = self.random.below(PROCESSES as u64) as usize;
            if self.random.below(3) == 0 {
                self.end(&mut others[index]);
                others[index] = self.world.other("chaos");
            }
            self.look();
        }
        others.iter_mut().for_each(|other| self.end(other));
    }

    fn end(&mut self, other: &mut Other) {
        other.kill();
        self.kills += 1;
        let bad: Vec<_> =
            other.lines().filter(|line| line.starts_with("not durable") || line.starts_with("unexpected")).collect();
        assert_eq!(bad, [""; 0], "{}", self.name);
    }

    /// Whether the grant was given up, and with good reason; a person logs in again.
    fn look(&mut self) {
        let grant = self.world.host.grant();
        if !matches!(grant.state.status, Status::NeedsLogin { .. }) {
            return;
        }
        let Self { name, world, .. } = self;
        self.lost += 1;
        assert!(!world.provider.service().habits.saves(), "{name}: a grant was lost that could be saved: {grant:?}");
        let now = world.clock.now();
        for token in grant.secrets.refresh.iter().chain(&grant.secrets.alternates) {
            let is_good = world.provider.service().would_take(token.expose(), now);
            assert!(!is_good, "{name}: a grant was given up whose token is good");
        }
        assert!(world.provider.lies() + self.kills >= self.lost, "{name}: a grant was lost for nothing");
        self.logins += 1;
        // Each code may be lost as well.
        while let Err(error) = world.host.log_in(NAME, &world.provider) {
            assert!(["login-lost", "waiting", "busy"].contains(&error.word()), "{name}: {error}");
            self.logins += 1;
        }
    }

    /// What the provider has counted, and what the store has at the end.
    fn judge(&mut self) {
        let Self { name, world, kills, lost, .. } = self;
        // What a killed process had asked for may have ended the access token that is stored: so there is another, once all of
        // that has arrived, also on a busy machine.
        thread::sleep(Duration::from_millis(500));
        world.provider.lie_by_chance(0, 0);
        world.provider.service().habits.life = 3600;
        world.clock.skip(10_000);
        // One that hands out the same pair again may have minted it for a process that was killed, and its life is over.
        let _ = world.host.token();
        world.clock.skip(2_000);
        let ended = world.host.token();
        let grant = world.host.grant();
        let commits = usize::try_from(grant.generation).unwrap() - 2;
        let (sends, rejected, lies) = (world.sends(), world.provider.rejected(), world.provider.lies());
        println!(
            "{name}: {sends} requests, {commits} pairs kept, {kills} kills, {lies} lies, {rejected} rejected, {lost} grants lost; \
             at most {} at once",
            world.provider.at_once()
        );
        assert_eq!(world.provider.at_once(), 1, "{name}");
        // A family waits after each kill, and may come to nothing in a short campaign.
        assert!(commits > 0 || world.provider.service().habits.family, "{name}");
        // One for each pair, and one more for each that was killed, lied to, or told that its token is dead.
        assert!(sends <= commits + *kills + lies + rejected, "{name}");
        assert!(rejected <= *kills + lies, "{name}");
        match ended {
            Ok(token) if world.host.grant().state.status == Status::Active => world.is_well(&token),
            ended => assert!(!world.provider.service().habits.saves(), "{name}: {ended:?}"),
        }
        assert_eq!(world.host.store.quarantine(), Ok(None), "{name}");
    }
}

#[test]
fn processes_that_are_killed_at_random_lose_nothing_that_can_be_saved() {
    let seconds = number("OSIGN_CHAOS_SECONDS").unwrap_or(12);
    let by_time = || u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap();
    let seed = number("OSIGN_CHAOS_SEED").unwrap_or_else(by_time);
    println!("OSIGN_CHAOS_SEED={seed} OSIGN_CHAOS_SECONDS={seconds}");
    let until = Instant::now() + Duration::from_secs(seconds);
    thread::scope(|scope| {
        for (index, (name, habits)) in POLICIES.iter().enumerate() {
            scope.spawn(move || {
                let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(index as u64) | 1;
                let world = World::new("chaos", *habits);
                world.provider.take(15);
                world.provider.lie_by_chance(seed, 4);
                let mut campaign = Campaign { name, world, random: Random(seed), kills: 0, lost: 0, logins: 0 };
                campaign.run(until);
                campaign.judge();
            });
        }
    });
}
