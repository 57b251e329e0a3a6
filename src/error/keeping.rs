//! What is wrong with a grant that is kept, or with its store: the family of 600.

use super::advice::Advice;
use super::family::family;
use std::fmt;

/// What makes a store one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quarantine {
    /// It is on another machine or in another place than the one it was made for.
    Moved,
    /// It is older than what was last written to it.
    Restored,
}

impl Quarantine {
    /// It in a word that stays.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Restored => "restored",
        }
    }
}

impl fmt::Display for Quarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Moved => "was moved or copied here from elsewhere",
            Self::Restored => "was restored from an older copy",
        })
    }
}

/// The kinds of store that a build can open, for whoever named another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreKinds {
    /// SQLite in a file alone.
    File,
    /// The same, and PostgreSQL at a server.
    FileOrServer,
}

impl fmt::Display for StoreKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "sqlite:PATH",
            Self::FileOrServer => "sqlite:PATH or postgresql://USER@HOST/DATABASE",
        })
    }
}

family! {
    /// Why a grant gives no token, or its store cannot be used.
    Keeping {
        /// A grant's name is not one.
        BadName => InvalidArgument, "bad-grant-name",
            "a grant's name has 1 to 100 letters, digits, and - _ . @ between them";
        /// The key is neither the line of a key file nor 32 bytes.
        BadStoreKey => InvalidStoreKey, "bad-store-key",
            "the store's key is neither the line that `osign key new` writes nor 32 bytes";
        /// A static key is to go where none can.
        BadPlace => InvalidArgument, "bad-place",
            "a static key goes into a header, as 'X-Api-Key: {{}}', or into the query, as ?key";
        /// A store's URL is of no kind that is known.
        BadStoreUrl { /// Those that this build can open.
            kinds: StoreKinds } => InvalidArgument, "bad-store-url",
            "the store is none that is known; write {kinds}";
        /// What a host names its store by is no such text.
        BadStoreId => InvalidArgument, "bad-store-id",
            "a store's id has 1 to 200 characters, with no control characters and no space at its ends";
        /// A store's URL has a parameter that is not known, or whose value is none.
        BadStoreParameter { /// Its name.
            name: String } => InvalidArgument, "bad-store-parameter",
            "the store's URL, or the variable for it, says something of '{name}' that osign does not know or cannot do";
        /// A text is no grant that was exported.
        NoBundle => InvalidArgument, "no-bundle", "this is no grant that osign exported";
        /// A number is below 0.
        NegativeNumber {
            /// The argument's name.
            name: &'static str,
        } => InvalidArgument, "negative-number", "{name} is negative";
        /// A number is no HTTP status.
        BadHttpStatus => InvalidArgument, "bad-http-status", "the HTTP status is none: it has three digits";
        /// What opens a store, or seals what is exported, is missing, or there are two.
        KeyOrPassphrase => InvalidArgument, "key-or-passphrase", "a key or a passphrase is needed, and not both";
        /// What a call is for is not under way.
        OutOfStep => InvalidArgument, "out-of-step", "the refresh is in another state than this call is for";
        /// There is no purpose of that name.
        UnknownPurpose => InvalidArgument, "unknown-purpose", "the purpose is none of move, backup";
        /// It was exported by another version.
        OtherBundle => InvalidArgument, "other-bundle", "this grant was exported by another version of osign";
        /// It was sealed with another key.
        BundleKey => WrongStoreKey, "bundle-key", "the exported grant is sealed with another key or passphrase";
        /// What is set of a grant names no service.
        NoProvider => NotConfigured, "no-provider",
            "the grant names no service; set its provider, or a profile of your own";
        /// A grant's kind is none.
        UnknownKind => InvalidArgument, "unknown-kind",
            "a grant's kind is code, client-credentials, static or oauth1";
        /// The service has no grants of that kind.
        OtherKind { /// The service.
            service: String } => NotConfigured, "other-kind",
            "{service} hands out no tokens of that kind by its profile; leave the kind out";
        /// Two settings say the same, each in its way.
        TwoOf { /// The one.
            one: &'static str, /// The other.
            other: &'static str } => InvalidArgument, "two-of", "set {one} or {other}, and not both";
        /// A setting is for another kind of grant.
        NotOfKind { /// The setting.
            setting: &'static str } => InvalidArgument, "not-of-kind",
            "{setting} does not go with this kind of grant";
        /// A static key holds what no header carries, or nothing.
        BadStaticKey => InvalidArgument, "bad-static-key",
            "the key is empty, or has letters outside ASCII, which no header carries";
        /// There is no static key.
        NoStaticKey => NotConfigured, "no-static-key", "the key itself is not set";
        /// A static key has ended before it was added.
        StaticKeyEnded => NotConfigured, "static-key-ended", "that key has ended already; take one that lives";
        /// A token of a kind that needs more than to be sent along.
        OtherTokenType { /// The grant's name.
            name: String } => NotConfigured, "other-token-type",
            "the service gave the grant {name} a token of another type than Bearer, which cannot simply be sent along";
        /// A grant signs requests, and has nothing to hand out.
        SignsEachRequest { /// The grant's name.
            name: String } => NotConfigured, "signs-each-request",
            "the grant {name} signs each request, and has no token to hand out{to_do}", to_do = Advice::Authorize(name);
        /// A consumer has no secret, and its signature method needs one.
        UnsetConsumerSecret => NotConfigured, "unset-consumer-secret",
            "the consumer secret is not set; set it, to nothing where the service gave none";
        /// A token has no secret, and its signature method needs one.
        UnsetTokenSecret => NotConfigured, "unset-token-secret",
            "the token has no secret; set token_secret, to nothing where the service gave none";
        /// There is a secret, and no token that it is of.
        UnsetToken => NotConfigured, "unset-token",
            "there is a token_secret without a token; set the token that it is of";
        /// A login whose requests were to be sent by the caller.
        LoginBySteps { /// The grant's name.
            name: String } => NotConfigured, "login-by-steps",
            "this call hands out the requests of OAuth 2.0 alone, and the grant {name} is of OAuth 1.0a{to_do}",
            to_do = Advice::Flow(name);
        /// There is no login at a service, and a grant without a token was to have one.
        WithoutLogin { /// The grant's name.
            name: String, /// The service.
            service: String } => NotConfigured, "service-without-login",
            "{service} has no address where a person agrees, and so no login: give the grant {name} the token and the token secret \
             that are made in its settings, or an empty token where the consumer signs alone{to_do}", to_do = Advice::ReplaceKey(name);
        /// A passphrase is too short to stand against guessing.
        ShortPassphrase { /// The fewest characters.
            least: usize } => InvalidStoreKey, "short-passphrase",
            "the passphrase is shorter than {least} characters";
        /// There is no grant of that name.
        UnknownGrant { /// Its name.
            name: String } => UnknownGrant, "unknown-grant", "there is no grant named {name}";
        /// There is one already.
        GrantExists { /// Its name.
            name: String } => GrantExists, "grant-exists", "there is a grant named {name} already";
        /// Nobody has logged in yet.
        NotLoggedIn { /// Its name.
            name: String } => NeedsLogin, "not-logged-in",
            "nobody has logged in for the grant {name} yet{to_do}", to_do = Advice::LogIn(name);
        /// The service turned the grant down for good.
        Rejected { /// Its name.
            name: String, /// What the service said, in brackets, or nothing.
            said: String } => NeedsLogin, "rejected",
            "the service turned the grant {name} down{said}; a person must log in again{to_do}", to_do = Advice::LogIn(name);
        /// The grant was refused after an answer to an earlier refresh was lost.
        LostPair { /// Its name.
            name: String, /// What the service said, in brackets, or nothing.
            said: String } => NeedsLogin, "lost-pair",
            "an answer with the new tokens of the grant {name} was lost, and the service takes the old ones no more{said}; a \
             person must log in again{to_do}", to_do = Advice::LogIn(name);
        /// The service turned down the tokens of a grant of which there was another one: a copy, or what a backup took the
        /// place of.
        UsedElsewhere { /// Its name.
            name: String, /// The generation at which this one was adopted.
            generation: u64, /// What the service said, in brackets, or nothing.
            said: String } => NeedsLogin, "used-elsewhere",
            "the grant {name} was used elsewhere since generation {generation}: by the store that this one was copied from, or \
             before a backup was put back{said}; stop the other one, and log in again{to_do}", to_do = Advice::LogIn(name);
        /// The access token has ended, and there is no refresh token.
        NoRefreshToken { /// Its name.
            name: String } => NeedsLogin, "no-refresh-token",
            "the access token of the grant {name} has ended, and the service gave no refresh token; a person must log in \
             again{to_do}", to_do = Advice::LogIn(name);
        /// A login was begun, and its code cannot be used any more.
        LoginLost { /// Its name.
            name: String } => NeedsLogin, "login-lost",
            "the answer to the login of the grant {name} was lost, and a code works once; log in again{to_do}", to_do = Advice::LogIn(name);
        /// A renewal was asked for, and its answer was lost.
        RenewalLost { /// The grant's name.
            name: String } => NeedsLogin, "renewal-lost",
            "the answer to the renewal of the grant {name} was lost or unreadable, and the service may have ended the token; if it \
             turns the token down, log in again{to_do}", to_do = Advice::LogIn(name);
        /// A code was sent already, whatever came of it.
        CodeUsed { /// The grant's name.
            name: String } => NeedsLogin, "code-used",
            "this code of a login of the grant {name} was sent already, and a code works once; log in again{to_do}", to_do = Advice::LogIn(name);
        /// The person agreed for another account than before.
        OtherAccount { /// Its name.
            name: String } => NeedsLogin, "other-account",
            "the login was for another account than the one of the grant {name}, which stays as it was; log in there, or add a \
             grant of its own for that account";
        /// A service did not answer, and was not asked for anything that can be lost.
        ServiceUnreachable { /// The grant's name.
            name: String, /// What went wrong, in brackets.
            said: String } => TryLater, "service-unreachable",
            "the service of the grant {name} did not answer{said}; nothing has changed, so try again later";
        /// There is a callback, and no login was begun.
        NoLogin { /// Its name.
            name: String } => NeedsLogin, "no-login",
            "no login of the grant {name} is under way; begin one{to_do}", to_do = Advice::LogIn(name);
        /// The service did not take a login's code.
        CodeRejected { /// Its name.
            name: String, /// What the service said, in brackets, or nothing.
            said: String } => NeedsLogin, "code-rejected",
            "the service did not take the code of this login{said}; log in again{to_do}", to_do = Advice::LogIn(name);
        /// The grant was revoked here.
        Revoked { /// Its name.
            name: String } => NeedsLogin, "revoked",
            "the grant {name} was revoked; to use it again{to_do}", to_do = Advice::LogInToUse(name);
        /// The grant was moved to another store.
        Exported { /// Its name.
            name: String } => NeedsLogin, "exported",
            "the grant {name} was exported, and goes on elsewhere; for one of its own here{to_do}", to_do = Advice::LogInToUse(name);
        /// The grant came from another store, and nobody has said yet that this is the one to go on with.
        Imported { /// Its name.
            name: String } => Quarantined, "imported",
            "the grant {name} was imported; once it is certain that it is used nowhere else{to_do}", to_do = Advice::Adopt(name);
        /// There is nothing to adopt: the grant did not come from elsewhere.
        NotImported { /// Its name.
            name: String } => InvalidArgument, "not-imported",
            "the grant {name} was not imported, or is adopted already";
        /// A static key has ended.
        StaticEnded { /// Its name.
            name: String } => NeedsLogin, "static-ended",
            "the key of the grant {name} has ended; put a new one in its place{to_do}", to_do = Advice::ReplaceKey(name);
        /// A service turned down a static key, or a token that cannot be renewed.
        StaticRefused { /// Its name.
            name: String } => NeedsLogin, "static-refused",
            "the service turned down the key of the grant {name}, which cannot be renewed; put a new one in its place{to_do}", to_do = Advice::ReplaceKey(name);
        /// The service turned down a token that it had just given.
        RefusedAtOnce { /// Its name.
            name: String } => TryLater, "refused-at-once",
            "the service turned down a token of the grant {name} that it had just given; renewing it again does not help: look \
             at the permissions of the application";
        /// The status is none by which this service says that a token has ended.
        NotExpired { /// The HTTP status.
            http_status: u16 } => TryLater, "not-expired",
            "the status {http_status} does not mean that the token has ended; nothing was renewed";
        /// The caller speaks of a generation that is not there yet.
        UnknownGeneration { /// That generation.
            generation: u64 } => InvalidArgument, "unknown-generation",
            "there is no token of the generation {generation} yet; was the store restored?";
        /// Another process renews the grant, and has not come to an end.
        Busy { /// Its name.
            name: String, /// Who does, such as process 4711.
            holder: String } => TryLater, "busy",
            "the grant {name} is being renewed by {holder}, which has not come to an end; try again later";
        /// A grant is not any more what was made of it.
        ChangedMeanwhile { /// Its name.
            name: String } => TryLater, "changed-meanwhile",
            "the grant {name} was renewed or changed meanwhile, so that what was exported of it is of no use; export it once more";
        /// The service was not reached, or gave no answer that could be read; or the grant waits after that.
        Waiting { /// Its name.
            name: String, /// What the last try was told, in brackets, or nothing.
            said: String, /// How long, in seconds.
            seconds: u64 } => TryLater, "waiting",
            "the grant {name} cannot be renewed right now{said}; try again in {seconds} s";
        /// A service renews a token in the last of its life alone, which is still to come.
        RenewalToCome { /// The grant's name.
            name: String, /// In how many days, begun ones included.
            days: u64 } => TryLater, "too-early",
            "the service renews the token of the grant {name} in the last days of its life alone, and was not asked; try again in \
             {days} d";
        /// The service says that the client is wrong.
        ClientRefused { /// The grant's name.
            name: String, /// What the service said, in brackets, or nothing.
            said: String } => ConfigurationRefused, "client-refused",
            "the service refused the client of the grant {name}{said}: look at its id, secret and redirect URI; the grant itself \
             is not lost";
        /// There is nothing where tokens are asked for (HTTP 404).
        NoSuchEndpoint { /// The grant's name.
            name: String } => ConfigurationRefused, "no-such-endpoint",
            "there is nothing at the address where tokens of the grant {name} are asked for (HTTP 404): if the account has moved to \
             another host, log in there{to_do}; else look at token_url; the grant itself is not \
             lost", to_do = Advice::LogInElsewhere(name);
        /// A service was not told of a revocation, or nobody knows whether it has done it.
        NotRevoked { /// The grant's name.
            name: String, /// What came of it, in brackets.
            said: String } => TryLater, "not-revoked",
            "the service did not say that the grant {name} is revoked{said}, so nothing has changed; try again later, or end it \
             here alone{to_do}", to_do = Advice::RevokeHere(name);
        /// The new pair could not be saved.
        NotSaved { /// The grant's name.
            name: String } => NotSaved, "not-saved",
            "the new tokens of the grant {name} could not be saved in the store; they are kept beside it, sealed: mend the store, \
             and call again";
        /// The new pair could be put nowhere.
        NotKept { /// The grant's name.
            name: String } => NotSaved, "not-kept",
            "the new tokens of the grant {name} could be saved neither in the store nor beside it, and are gone; mend the store, and \
             call again: where the service takes the old ones no more, a person must log in again";
        /// The record's key is not among those that are there.
        ForeignKey { /// The grant's name.
            name: String } => WrongStoreKey, "foreign-key",
            "the grant {name} is sealed with another key or passphrase than the one that was given";
        /// The record does not open with its key: it was changed, or belongs elsewhere.
        Tampered { /// The grant's name.
            name: String } => DamagedRecord, "tampered",
            "the record of the grant {name} was changed, or belongs to another grant or store; nothing was overwritten";
        /// A sealed text does not open.
        NotSealed => DamagedRecord, "not-sealed",
            "the text is none that was sealed here: it was changed, or sealed with another key or for another context";
        /// There is too much to be sealed.
        LargeSealed { /// The most bytes.
            most: usize } => DamagedRecord, "large-sealed", "there is more to be sealed than {most} bytes";
        /// The record is none.
        Unreadable { /// The grant's name.
            name: String } => DamagedRecord, "unreadable-record",
            "the record of the grant {name} cannot be read; nothing was overwritten";
        /// The record was written by a newer version.
        NewerRecord { /// The grant's name.
            name: String } => DamagedRecord, "newer-record",
            "the record of the grant {name} was written by a newer version of osign";
        /// The record would be larger than any host takes.
        LargeRecord { /// The grant's name.
            name: String, /// The most bytes.
            most: usize } => DamagedRecord, "large-record",
            "the record of the grant {name} would be longer than {most} bytes: its profile, its keys and the service's tokens \
             are too long together";
        /// The store is a copy, or was restored.
        Quarantined { /// What was noticed.
            why: Quarantine } => Quarantined, "quarantined",
            "the store {why}, so that nothing is renewed from it, lest the tokens of the other one die; if this is the one to go \
             on with{to_do}", to_do = Advice::AdoptStore;
        /// There is no store.
        NoStore { /// Its path.
            path: String } => StoreUnusable, "no-store",
            "there is no store {path}";
        /// A store was to be made where something is.
        StoreExists { /// Its path.
            path: String } => StoreUnusable, "store-exists",
            "there is a file {path} already; nothing was overwritten";
        /// The folder of the store is none, or nobody may look into it.
        NoStoreFolder { /// The store's path.
            path: String } => StoreUnusable, "no-store-folder",
            "the folder of the store {path} is not there, or cannot be looked into";
        /// The path is a folder's.
        StoreIsFolder { /// The path.
            path: String } => StoreUnusable, "store-is-folder",
            "{path} is a folder; name a file in it";
        /// The path is a symbolic link's.
        StoreIsLink { /// The path.
            path: String } => StoreUnusable, "store-is-link",
            "{path} is a symbolic link, and what belongs beside the store would lie elsewhere; name the store itself";
        /// The path is a device's or the like.
        StoreIsNoFile { /// The path.
            path: String } => StoreUnusable, "store-is-no-file",
            "{path} is not a file";
        /// Others may read or write the store.
        StoreOpenToOthers { /// Its path.
            path: String, /// Its mode, in octal digits.
            mode: String } => StoreUnusable, "store-open-to-others",
            "other users may open the store {path} (its mode is {mode}); make it yours alone: chmod 600 {path}";
        /// Others may write to the folder of locks, or it is none.
        LocksOpenToOthers { /// Its path.
            path: String } => StoreUnusable, "locks-open-to-others",
            "{path}, where the locks of the store are, is no folder, or other users may write to it; make it yours alone: chmod \
             700 {path}";
        /// The store would be on a network file system.
        StoreOnNetwork { /// Its path.
            path: String, /// What the file system is called.
            file_system: String } => StoreUnusable, "store-on-network",
            "{path} is on a network file system ({file_system}), whose locks nobody can rely on; put the store on a disk of this \
             machine";
        /// The store would be in a folder that is copied to other machines.
        StoreInCloud { /// Its path.
            path: String, /// What copies it.
            service: &'static str } => StoreUnusable, "store-in-cloud",
            "{path} is in a folder that {service} copies to other machines, where a store spends the same tokens twice; put it \
             elsewhere";
        /// The file is no store.
        ForeignFile { /// Its path.
            path: String } => StoreUnusable, "foreign-file",
            "{path} is a file of something else than osign; nothing was overwritten";
        /// The store was made by a newer version.
        NewerStore { /// Its path.
            path: String } => StoreUnusable, "newer-store",
            "the store {path} was made by a newer version of osign; nothing was overwritten";
        /// The store was made by an older version, and this user may not bring it up to date.
        OlderStore { /// The server and the database.
            path: String } => StoreUnusable, "older-store",
            "the store {path} was made by an older version of osign, and only the owner of its tables can bring it up to date: \
             osign store info as that user does";
        /// The store is damaged.
        DamagedStore { /// Its path.
            path: String } => StoreUnusable, "damaged-store",
            "the store {path} is damaged or cut off; nothing was overwritten; put a backup in its place, then{to_do}", to_do = Advice::AdoptStore;
        /// The store can only be read.
        ReadOnlyStore { /// Its path.
            path: String } => StoreUnusable, "read-only-store",
            "the store {path} cannot be written: it, its folder or its file system is read-only";
        /// There is no room for the store.
        FullDisk { /// Its path.
            path: String } => StoreUnusable, "full-disk",
            "the disk of the store {path} is full; nothing was written";
        /// Others are writing for too long.
        BusyStore { /// Its path.
            path: String } => TryLater, "busy-store",
            "other processes keep the store {path} busy; try again later";
        /// Another file stands where the store was.
        ReplacedStore { /// Its path.
            path: String } => StoreUnusable, "replaced-store",
            "the store {path} was removed or replaced while it was in use; open it anew";
        /// The process was forked in the midst of a call.
        ForkedStore => StoreUnusable, "forked-store",
            "this process was forked while another thread was using a store, whose locks are now nobody's; fork while none is \
             used, or start the process anew";
        /// A database was to get a store, and has one.
        DatabaseHasStore { /// The server and the database.
            store: String } => StoreUnusable, "database-has-store",
            "there is a store in {store} already; nothing was overwritten";
        /// The server of a store was not reached, or the connection broke.
        ServerUnreachable { /// The server and the database.
            store: String, /// What the system said.
            error: String } => TryLater, "server-unreachable",
            "the server of the store {store} cannot be reached: {error}; try again later";
        /// The server takes no writes.
        ServerReadOnly { /// The server and the database.
            store: String } => StoreUnusable, "server-read-only",
            "the server of the store {store} takes no writes: it is a standby, or set to read only";
        /// The server forgets what it said it had kept.
        UnsafeServer { /// The server and the database.
            store: String } => StoreUnusable, "unsafe-server",
            "the server of the store {store} runs with fsync off, and would lose tokens that cannot be had again; set fsync = on";
        /// The role or the password is none, or the database.
        LoginRefused { /// The server and the database.
            store: String } => StoreUnusable, "server-login-refused",
            "the server of the store {store} does not let this user in: look at the user, the password, the database, and the \
             server's pg_hba.conf";
        /// The server asks for a password, and there is none.
        PasswordNeeded { /// The server and the database.
            store: String } => StoreUnusable, "password-needed",
            "the server of the store {store} asks for a password; put it into ~/.pgpass, which must be yours alone (chmod 600)";
        /// The password file was left alone.
        OpenPassfile { /// Its path.
            path: String } => StoreUnusable, "open-passfile",
            "other users may read the password file {path}, so that it is not used; make it yours alone: chmod 600 {path}";
        /// The role may not do what a store needs.
        NoPrivilege { /// The server and the database.
            store: String } => StoreUnusable, "no-privilege",
            "the user has too few rights in the store {store}; the chapter on fleets in docs/tokens.md lists them";
        /// TLS with the server failed.
        ServerTls { /// The server and the database.
            store: String, /// What is wrong.
            error: String } => StoreUnusable, "server-tls",
            "TLS with the server of the store {store} failed: {error}";
        /// The server's certificate is to be verified, and there is nothing to verify it by.
        NoRootCertificate => StoreUnusable, "no-root-certificate",
            "sslmode asks for a verified server, and there is no root certificate; name one by sslrootcert, or write \
             sslrootcert=system";
        /// A file for TLS cannot be used.
        BadTlsFile { /// Its path.
            path: String, /// What is wrong.
            why: &'static str } => StoreUnusable, "bad-tls-file",
            "the file {path} cannot be used for TLS: {why}";
        /// The copy of a server's store is the server's business.
        ServerBackup => InvalidArgument, "server-backup",
            "a store at a server, or in another program's database, is backed up with that, by its own means";
        /// A lock ended by time.
        LeaseEnded { /// The grant's name.
            name: String } => TryLater, "lease-ended",
            "the lock of the grant {name} ended before its work was done, since this process or the server was held up; try again";
        /// A request was begun by a process of which nobody knows whether it lives.
        OwnerUnknown { /// The grant's name.
            name: String, /// Who has begun it.
            holder: String } => TryLater, "owner-unknown",
            "the grant {name} was being renewed by {holder}, of which nothing was heard since, and where its token is sent twice \
             this service revokes them all; if that process has ended for certain{to_do}", to_do = Advice::Adopt(name);
        /// The host's own store failed.
        RecordsFailed { /// What the host said.
            error: String } => StoreUnusable, "records-failed",
            "the host's store of grants failed: {error}";
        /// The system turned something down.
        StoreFailed { /// The store's path.
            path: String, /// What the system said.
            error: String } => StoreUnusable, "store-failed",
            "the store {path} cannot be used: {error}";
    }
}
