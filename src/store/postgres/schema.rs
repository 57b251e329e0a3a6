//! The tables, and how a store stands.

use super::connection::{Connection, Failure};
use super::counters::Commits;
use crate::error::Keeping;
use crate::store::environment::of_database;
use crate::store::hexadecimal;
use crate::system;

/// Each step leads from one version of the schema to the next, from nothing on. docs/tokens.md says who needs which rights.
const STEPS: [&str; 2] = [
    r#"
    -- One row.
    CREATE TABLE osign_meta (
        version     integer NOT NULL,
        id          text NOT NULL,
        environment text NOT NULL,
        salt        text NOT NULL,
        secret      text NOT NULL,
        -- Each new state of a grant counted here, in version 1; now each adoption does.
        commits     bigint NOT NULL,
        -- Some host found that commits are missing which it had made.
        restored    boolean NOT NULL
    );
    -- Sorted as bytes are, whatever the database's language.
    CREATE TABLE osign_grants (
        name        text COLLATE "C" PRIMARY KEY,
        generation  bigint NOT NULL,
        revision    bigint NOT NULL,
        record      text NOT NULL
    );
    -- No row is a lock that nobody has. It is had until then, by the clock of the server.
    CREATE TABLE osign_leases (
        name        text COLLATE "C" PRIMARY KEY,
        token       text NOT NULL,
        owner       text NOT NULL,
        until       timestamptz NOT NULL
    );
    CREATE TABLE osign_history (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name        text COLLATE "C" NOT NULL,
        at          bigint NOT NULL,
        generation  bigint NOT NULL,
        event       text NOT NULL,
        detail      text NOT NULL,
        owner       text NOT NULL
    );
    CREATE INDEX osign_history_by_name ON osign_history (name, id);
    -- A function, since one statement cannot write to a second table where the first was changed and others wait for it.
    CREATE FUNCTION osign_count() RETURNS bigint LANGUAGE sql VOLATILE
        AS 'UPDATE osign_meta SET commits = commits + 1 RETURNING commits';
"#,
    // What counts commits in parts; see counters.rs. What counted them before stays, and works on, for processes of an older
    // version that have the store open. Whoever had the right to that gets it to this.
    r#"
    CREATE TABLE osign_counters (
        part        integer PRIMARY KEY,
        commits     bigint NOT NULL
    ) WITH (fillfactor = 10);
    INSERT INTO osign_counters SELECT part, 0 FROM generate_series(1, 32) part;
    -- PL/pgSQL, since its plan is kept for the next call; that of a function in SQL is made anew each time.
    CREATE FUNCTION osign_counted() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
        DECLARE told bigint;
        BEGIN
            UPDATE osign_counters SET commits = commits + 1 WHERE part = 1 + pg_backend_pid() % 32
            RETURNING commits * 64 + part INTO STRICT told;
            RETURN told;
        END $$;
    DO $$
        DECLARE who text;
        BEGIN
            FOR who IN
                SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
                FROM pg_class, aclexplode(relacl)
                WHERE oid = 'osign_meta'::regclass AND privilege_type = 'UPDATE' AND grantee <> relowner
            LOOP
                EXECUTE 'GRANT SELECT, UPDATE ON osign_counters TO ' || who;
                EXECUTE 'GRANT EXECUTE ON FUNCTION osign_counted() TO ' || who;
            END LOOP;
        END $$;
"#,
];

/// The version of the schema that the steps lead to.
const VERSION: usize = STEPS.len();

/// What tells this database from others: the cluster, the database in it, and the schema in that. A standby that is promoted
/// has the same, and a dump that is read elsewhere has not.
macro_rules! identity {
    () => {
        "(SELECT system_identifier FROM pg_control_system()) || ' ' ||
         (SELECT oid FROM pg_database WHERE datname = current_database()) || ' ' ||
         (SELECT relnamespace FROM pg_class WHERE oid = 'osign_meta'::regclass)"
    };
}

/// What a store is born with.
pub(super) struct Meta {
    pub(super) id: String,
    pub(super) salt: [u8; 16],
    /// What the anchor is authenticated with.
    pub(super) secret: Vec<u8>,
}

/// How a store stands.
pub(super) struct Standing {
    /// The environment that it belongs to.
    pub(super) environment: String,
    /// The environment that it is in.
    pub(super) here: String,
    /// How many commits there were.
    pub(super) commits: Commits,
    /// Whether some host found that it is an older one.
    pub(super) restored: bool,
    /// Whether what the server said it has kept outlives its machine.
    pub(super) is_durable: bool,
}

impl Standing {
    pub(super) fn read(connection: &mut Connection, given: Option<&str>) -> Result<Self, Failure> {
        let rows = connection.query(
            concat!(
                "SELECT environment, restored, current_setting('fsync') = 'on', ",
                identity!(),
                ", commits, (SELECT string_agg(commits::text, ' ' ORDER BY part) FROM osign_counters) FROM osign_meta"
            ),
            &[],
        )?;
        let row = rows.first().ok_or_else(|| Failure::Server("42P01".to_owned()))?;
        Ok(Self {
            environment: row.text(0)?.to_owned(),
            here: of_database(given, row.text(3)?),
            commits: Commits::read(row, 4)?,
            restored: row.is(1)?,
            is_durable: row.is(2)?,
        })
    }
}

/// Makes a store in a database that has none.
///
/// A second one who makes the tables at the same time waits for the first, and then finds that they are there.
pub(super) fn create(connection: &mut Connection, given: Option<&str>, store: &str) -> Result<(), Failure> {
    let made = connection.transaction(|connection| {
        require_durability(connection)?;
        STEPS.iter().try_for_each(|step| connection.run(step))?;
        let identity = connection.query(concat!("SELECT ", identity!()), &[])?;
        let environment = match identity.first() {
            Some(row) => of_database(given, row.text(0)?),
            None => String::new(),
        };
        let (id, more) = (system::seed()?, system::seed()?);
        connection.query(
            "INSERT INTO osign_meta VALUES ($1::integer, $2, $3, $4, $5, 0, false)",
            &[
                &VERSION.to_string(),
                &hexadecimal(&id[..16]),
                &environment,
                &hexadecimal(&id[16..]),
                &hexadecimal(&more[..]),
            ],
        )?;
        Ok(())
    });
    // There is such a table or function, or a type, which each table has: made before, or by another one just now.
    made.map_err(|failure| match failure {
        failure if ["42P07", "23505", "42723", "42710"].iter().any(|code| failure.is(code)) => {
            Keeping::DatabaseHasStore { store: store.to_owned() }.into()
        }
        failure => failure,
    })
}

/// Brings a store up to date. Its row is the lock: a lock of a session would not outlive a pooler's transaction.
pub(super) fn migrate(connection: &mut Connection, store: &str) -> Result<(), Failure> {
    if version(connection, "SELECT version FROM osign_meta", store)? == VERSION {
        return Ok(());
    }
    let migrated = connection.transaction(|connection| {
        require_durability(connection)?;
        // Another process may have been faster.
        let from = version(connection, "SELECT version FROM osign_meta FOR UPDATE", store)?;
        STEPS.iter().skip(from).try_for_each(|step| connection.run(step))?;
        connection.query("UPDATE osign_meta SET version = $1::integer", &[&VERSION.to_string()]).map(drop)
    });
    // Only the owner of tables may change them.
    migrated.map_err(|failure| match failure {
        failure if failure.is("42501") => Keeping::OlderStore { path: store.to_owned() }.into(),
        failure => failure,
    })
}

/// Nothing of a transaction is lost that the server said it has kept.
pub(super) fn require_durability(connection: &mut Connection) -> Result<(), Failure> {
    connection.run("SET LOCAL synchronous_commit = on")
}

fn version(connection: &mut Connection, sql: &str, store: &str) -> Result<usize, Failure> {
    let rows = connection.query(sql, &[])?;
    let path = store.to_owned();
    let version = rows.first().ok_or_else(|| Keeping::DamagedStore { path: path.clone() })?.number(0)?;
    match usize::try_from(version) {
        Ok(version) if version <= VERSION => Ok(version),
        _ => Err(Keeping::NewerStore { path }.into()),
    }
}

/// The version of the schema, for people.
pub(super) fn known() -> u32 {
    u32::try_from(VERSION).unwrap_or(u32::MAX)
}

impl Meta {
    pub(super) fn read(connection: &mut Connection, store: &str) -> Result<Self, Failure> {
        let rows = connection.query("SELECT id, salt, secret FROM osign_meta", &[])?;
        let damaged = || Failure::from(Keeping::DamagedStore { path: store.to_owned() });
        let row = rows.first().ok_or_else(damaged)?;
        let salt = bytes(row.text(1)?).and_then(|salt| salt.try_into().ok()).ok_or_else(damaged)?;
        let secret = bytes(row.text(2)?).ok_or_else(damaged)?;
        Ok(Self { id: row.text(0)?.to_owned(), salt, secret })
    }
}

/// The bytes of hexadecimal digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}
