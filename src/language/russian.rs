//! Russian.

#[cfg(feature = "http")]
use crate::error::Network;
#[cfg(feature = "oauth2")]
use crate::error::Protocol;
use crate::error::{Argument, Crypto, Error, Input, Internal, Source, Term};
#[cfg(feature = "grant")]
use crate::error::{Keeping, Quarantine, StoreKinds};
use std::borrow::Cow;

/// The sentence of an error in Russian, without a full stop at its end.
#[must_use]
pub fn russian(error: &Error) -> Cow<'static, str> {
    match error {
        Error::Argument(reason) => argument(reason),
        Error::Input(reason) => input(reason),
        Error::Crypto(reason) => crypto(reason),
        #[cfg(feature = "oauth2")]
        Error::Protocol(reason) => protocol(reason),
        #[cfg(feature = "grant")]
        Error::Keeping(reason) => keeping(reason),
        #[cfg(feature = "http")]
        Error::Network(reason) => network(reason),
        Error::Internal(Internal::Panic) => {
            "внутренняя ошибка osign (паника); ничего не возвращено; пожалуйста, сообщите о ней".into()
        }
    }
}

fn argument(reason: &Argument) -> Cow<'static, str> {
    match reason {
        Argument::Null { name } => format!("{name}: NULL").into(),
        Argument::NullBytes { name, len } => format!("{name}: NULL, а длина {len}").into(),
        Argument::NullBuffer => "buf — NULL, а cap не 0".into(),
        Argument::NotUtf8 { name } => format!("{name}: текст не в UTF-8").into(),
        Argument::HalfSurrogate { name } => {
            format!("{name} содержит половину суррогатной пары, которую нельзя записать в UTF-8").into()
        }
        Argument::SmallBuffer { held, enough } => format!("в буфере {held} байт; достаточно {enough}").into(),
        Argument::ImpossibleLength { name } => format!("{name}: такая длина больше, чем вмещает память").into(),
        Argument::LargeNumber { name } => format!("{name}: число не помещается в 64 бита").into(),
        Argument::NoMemoryForBody { len } => format!("не хватает памяти для копии тела (байт: {len})").into(),
        Argument::UnknownSetting => "настройки с таким именем нет".into(),
        Argument::NotText { name } => format!("{name}: нужен текст").into(),
        Argument::NotFlag { name } => format!("{name}: нужно true или false (1 или 0)").into(),
        Argument::NotSeconds { name } => format!("{name}: нужно целое число секунд").into(),
        Argument::UnknownHmac => "алгоритм HMAC должен быть SHA1, SHA256 или SHA512".into(),
        Argument::UnknownTransmission => "способ передачи должен быть header, query или body".into(),
        Argument::UnknownUrlForm => "вид адреса должен быть usual, as-given или normal".into(),
        Argument::NoFormToCarry => {
            "параметры передаются в теле, а тип содержимого не application/x-www-form-urlencoded".into()
        }
        Argument::NoHeader => {
            "заголовок Authorization есть только у запроса, параметры которого передаются в заголовке".into()
        }
        Argument::ManyProtocolParameters { most } => {
            format!("у запроса уже {most} дополнительных параметров протокола; столько нет ни у одного сервиса").into()
        }
        Argument::TooManyParameters { most } => format!(
            "в запросе больше {most} параметров, а столько osign не разбирает; разберите похожий, где их меньше"
        )
        .into(),
        Argument::BadTimestamp => {
            "метка времени не положительна (RFC 5849 §3.3); проверьте часы, их сдвиг или заданную метку".into()
        }
    }
}

#[cfg(feature = "grant")]
fn keeping(reason: &Keeping) -> Cow<'static, str> {
    match reason {
        Keeping::BadName => {
            "имя доступа состоит из 1–100 букв и цифр, а между ними могут стоять - _ . @".into()
        }
        Keeping::BadStoreKey => {
            "ключ хранилища — не строка, которую пишет osign key new, и не 32 байта".into()
        }
        Keeping::BadStoreUrl { kinds } => {
            let kinds = match kinds {
                StoreKinds::File => "sqlite:ПУТЬ",
                StoreKinds::FileOrServer => "sqlite:ПУТЬ или postgresql://ПОЛЬЗОВАТЕЛЬ@СЕРВЕР/БАЗА",
            };
            format!("хранилище указано неверно; запишите {kinds}").into()
        }
        Keeping::BadStoreParameter { name } => {
            format!("в адресе хранилища или в переменной для него '{name}' неизвестно osign или не поддерживается").into()
        }
        Keeping::NegativeNumber { name } => format!("{name}: число отрицательное").into(),
        Keeping::BadHttpStatus => "это не код состояния HTTP: в нём три цифры".into(),
        Keeping::KeyOrPassphrase => "нужен ключ или пароль, но не оба".into(),
        Keeping::OutOfStep => "обновление сейчас в другом состоянии, чем нужно для этого вызова".into(),
        Keeping::UnknownPurpose => "назначение должно быть move или backup".into(),
        Keeping::NoBundle => "это не доступ, выгруженный osign".into(),
        Keeping::OtherBundle => "этот доступ выгружен другой версией osign".into(),
        Keeping::BundleKey => "выгруженный доступ запечатан другим ключом или другой парольной фразой".into(),
        Keeping::NoProvider => "служба не указана; задайте provider или собственный профиль".into(),
        Keeping::UnknownKind => "вид доступа — code, client-credentials или static".into(),
        Keeping::OtherKind { service } => {
            format!("{service} по своему профилю не выдаёт токенов этого вида; не указывайте вид").into()
        }
        Keeping::NotImported { name } => format!("доступ {name} не был загружен или уже принят").into(),
        Keeping::TwoOf { one, other } => format!("задайте {one} или {other}, но не оба").into(),
        Keeping::NotOfKind { setting } => format!("{setting} не подходит к этому виду доступа").into(),
        Keeping::BadStaticKey => "ключ пуст или содержит символы вне ASCII, которые не передать в заголовке".into(),
        Keeping::NoStaticKey => "сам ключ не задан".into(),
        Keeping::StaticKeyEnded => "срок этого ключа уже истёк; возьмите действующий".into(),
        Keeping::ShortPassphrase { least } => format!("парольная фраза короче {least} символов").into(),
        Keeping::UnknownGrant { name } => format!("доступа с именем {name} нет").into(),
        Keeping::GrantExists { name } => format!("доступ с именем {name} уже есть").into(),
        Keeping::NotLoggedIn { name } => {
            format!("для доступа {name} ещё никто не вошёл: osign grant login {name}").into()
        }
        Keeping::Rejected { name, said } => {
            format!("сервис отверг доступ {name}{said}; человек должен войти снова: osign grant login {name}").into()
        }
        Keeping::LostPair { name, said } => format!(
            "ответ с новыми токенами доступа {name} потерян, а старые сервис больше не принимает{said}; человек должен войти \
             снова: osign grant login {name}"
        )
        .into(),
        Keeping::UsedElsewhere { name, generation, said } => format!(
            "доступ {name} использован в другом месте после поколения {generation}: хранилищем, с которого снята эта копия, или \
             до возврата резервной копии{said}; остановите второе и войдите снова: osign grant login {name}"
        )
        .into(),
        Keeping::NoRefreshToken { name } => format!(
            "токен доступа {name} истёк, а токена обновления сервис не дал; человек должен войти снова: osign grant login {name}"
        )
        .into(),
        Keeping::LoginLost { name } => format!(
            "ответ на вход для доступа {name} потерян, а код действует один раз; войдите снова: osign grant login {name}"
        )
        .into(),
        Keeping::CodeUsed { name } => format!(
            "этот код входа для доступа {name} уже отправлен, а код действует один раз; войдите снова: osign grant login {name}"
        )
        .into(),
        Keeping::OtherAccount { name } => format!(
            "вход выполнен в другой учётной записи, не в той, что у доступа {name}, и он остался как был; войдите в ту или \
             добавьте для этой отдельный доступ"
        )
        .into(),
        Keeping::NoLogin { name } => {
            format!("вход для доступа {name} не начат; начните его: osign grant login {name}").into()
        }
        Keeping::CodeRejected { name, said } => {
            format!("сервис не принял код этого входа{said}; войдите снова: osign grant login {name}").into()
        }
        Keeping::Revoked { name } => {
            format!("доступ {name} отозван; чтобы пользоваться им снова: osign grant login {name}").into()
        }
        Keeping::Exported { name } => {
            format!("доступ {name} выгружен и продолжается в другом месте; чтобы получить здесь свой: osign grant login {name}")
                .into()
        }
        Keeping::Imported { name } => format!(
            "доступ {name} загружен из другого места; когда точно известно, что больше нигде им не пользуются: osign grant adopt \
             {name}"
        )
        .into(),
        Keeping::StaticEnded { name } => {
            format!("срок ключа доступа {name} истёк; поставьте новый: osign grant add {name} --replace").into()
        }
        Keeping::StaticRefused { name } => format!(
            "сервис не принял ключ доступа {name}, который нельзя обновить; поставьте новый: osign grant add {name} --replace"
        )
        .into(),
        Keeping::RefusedAtOnce { name } => format!(
            "сервис не принял токен доступа {name}, который только что выдал; обновлять его снова бесполезно: проверьте права \
             приложения"
        )
        .into(),
        Keeping::NotExpired { http_status } => {
            format!("статус {http_status} не означает, что токен истёк; ничего не обновлено").into()
        }
        Keeping::UnknownGeneration { generation } => {
            format!("токена поколения {generation} ещё нет; не восстановлено ли хранилище из копии?").into()
        }
        Keeping::Busy { name, holder } => {
            format!("доступ {name} обновляет {holder} и ещё не закончил; повторите позже").into()
        }
        Keeping::ChangedMeanwhile { name } => format!(
            "доступ {name} тем временем обновлён или изменён, и то, что из него выгружено, не годится; выгрузите его ещё раз"
        )
        .into(),
        Keeping::BadPlace => {
            "постоянный ключ передаётся в заголовке, например «X-Api-Key: {}», или в строке запроса, например «?key»".into()
        }
        Keeping::OtherTokenType { name } => {
            format!("сервис выдал доступу {name} токен не типа Bearer; просто передать его в запросе нельзя").into()
        }
        Keeping::Waiting { name, said, seconds } => {
            let said = russian_trouble(said);
            format!("сейчас доступ {name} обновить нельзя{said}; повторите через {seconds} с").into()
        }
        Keeping::ClientRefused { name, said } => format!(
            "сервис отверг клиента доступа {name}{said}: проверьте его идентификатор, секрет и адрес возврата; сам доступ не \
             потерян"
        )
        .into(),
        Keeping::NoSuchEndpoint { name } => format!(
            "по адресу, где запрашиваются токены доступа {name}, ничего нет (HTTP 404): если аккаунт переехал на другой сервер, \
             войдите там: osign grant login {name} --account СЕРВЕР; иначе проверьте token_url; сам доступ не потерян"
        )
        .into(),
        Keeping::NotRevoked { name, said } => format!(
            "сервис не подтвердил отзыв доступа {name}{}, поэтому ничего не изменилось; повторите позже или прекратите его \
             только здесь: osign grant revoke {name} --here",
            russian_trouble(said)
        )
        .into(),
        Keeping::NotSaved { name } => format!(
            "новые токены доступа {name} не удалось сохранить в хранилище; они лежат рядом с ним, запечатанные: исправьте \
             хранилище и повторите"
        )
        .into(),
        Keeping::NotKept { name } => format!(
            "новые токены доступа {name} не удалось сохранить ни в хранилище, ни рядом с ним, и они пропали; исправьте хранилище \
             и повторите: если сервис больше не принимает старые, человеку придётся войти снова"
        )
        .into(),
        Keeping::ForeignKey { name } => format!("доступ {name} запечатан другим ключом или паролем, не тем, что дан").into(),
        Keeping::Tampered { name } => format!(
            "запись доступа {name} изменена или принадлежит другому доступу или хранилищу; ничего не перезаписано"
        )
        .into(),
        Keeping::Unreadable { name } => {
            format!("запись доступа {name} не читается; ничего не перезаписано").into()
        }
        Keeping::NewerRecord { name } => format!("запись доступа {name} сделана более новой версией osign").into(),
        Keeping::LargeRecord { name, most } => format!(
            "запись доступа {name} была бы длиннее {most} байт: профиль и токены сервиса вместе слишком длинны"
        )
        .into(),
        Keeping::Quarantined { why } => format!(
            "хранилище {why}, поэтому из него ничего не обновляется, чтобы не погубить токены другого; если продолжать надо с \
             этим: osign grant adopt",
            why = match why {
                Quarantine::Moved => "перенесено или скопировано сюда из другого места",
                Quarantine::Restored => "восстановлено из более старой копии",
            }
        )
        .into(),
        Keeping::NoStore { path } => format!("хранилища {path} нет").into(),
        Keeping::StoreExists { path } => format!("файл {path} уже есть; ничего не перезаписано").into(),
        Keeping::NoStoreFolder { path } => {
            format!("папки, в которой должно быть хранилище {path}, нет, или в неё нельзя заглянуть").into()
        }
        Keeping::StoreIsFolder { path } => format!("{path} — папка; назовите файл в ней").into(),
        Keeping::StoreIsLink { path } => format!(
            "{path} — символическая ссылка, и то, что должно лежать рядом с хранилищем, оказалось бы в другом месте; назовите \
             само хранилище"
        )
        .into(),
        Keeping::StoreIsNoFile { path } => format!("{path} — не файл").into(),
        Keeping::StoreOpenToOthers { path, mode } => format!(
            "хранилище {path} доступно другим пользователям (права {mode}); оставьте доступ только себе: chmod 600 {path}"
        )
        .into(),
        Keeping::LocksOpenToOthers { path } => format!(
            "{path}, где лежат блокировки хранилища, — не папка, или в неё могут писать другие; сделайте её только своей: chmod 700 \
             {path}"
        )
        .into(),
        Keeping::StoreOnNetwork { path, file_system } => format!(
            "{path} лежит в сетевой файловой системе ({file_system}), на блокировки которой нельзя положиться; держите хранилище \
             на диске этой машины"
        )
        .into(),
        Keeping::StoreInCloud { path, service } => format!(
            "{path} лежит в папке, которую {service} копирует на другие машины, а там те же токены потратят ещё раз; держите \
             хранилище в другом месте"
        )
        .into(),
        Keeping::ForeignFile { path } => format!("{path} — файл не osign; ничего не перезаписано").into(),
        Keeping::NewerStore { path } => {
            format!("хранилище {path} создано более новой версией osign; ничего не перезаписано").into()
        }
        Keeping::OlderStore { path } => format!(
            "хранилище {path} создано более старой версией osign, а обновить его может только владелец таблиц: osign store info от его имени"
        )
        .into(),
        Keeping::DamagedStore { path } => format!(
            "хранилище {path} повреждено или обрезано; ничего не перезаписано; верните на его место копию, затем: osign grant adopt"
        )
        .into(),
        Keeping::ReadOnlyStore { path } => format!(
            "в хранилище {path} нельзя писать: оно, его папка или файловая система доступны только для чтения"
        )
        .into(),
        Keeping::FullDisk { path } => format!("диск, на котором хранилище {path}, полон; ничего не записано").into(),
        Keeping::BusyStore { path } => {
            format!("хранилище {path} занято другими процессами; повторите позже").into()
        }
        Keeping::ReplacedStore { path } => {
            format!("хранилище {path} удалено или заменено, пока им пользовались; откройте его заново").into()
        }
        Keeping::ForkedStore => "процесс разветвился, пока другой поток пользовался хранилищем, и его блокировки теперь ничьи; \
             ветвите процесс, когда хранилищем никто не пользуется, или запустите его заново"
            .into(),
        Keeping::DatabaseHasStore { store } => format!("в {store} уже есть хранилище; ничего не перезаписано").into(),
        Keeping::ServerUnreachable { store, error } => {
            format!("сервер хранилища {store} недоступен: {error}; повторите позже").into()
        }
        Keeping::ServerReadOnly { store } => {
            format!("сервер хранилища {store} не принимает записей: это реплика, или он только для чтения").into()
        }
        Keeping::UnsafeServer { store } => format!(
            "сервер хранилища {store} работает с выключенным fsync и потеряет токены, которых больше не получить; \
             включите fsync = on"
        )
        .into(),
        Keeping::LoginRefused { store } => format!(
            "сервер хранилища {store} не пускает этого пользователя; проверьте пользователя, пароль, базу и pg_hba.conf сервера"
        )
        .into(),
        Keeping::PasswordNeeded { store } => format!(
            "сервер хранилища {store} требует пароль; запишите его в ~/.pgpass, доступный только вам (chmod 600)"
        )
        .into(),
        Keeping::OpenPassfile { path } => format!(
            "файл паролей {path} могут читать другие пользователи, поэтому он не используется; сделайте его только своим: \
             chmod 600 {path}"
        )
        .into(),
        Keeping::NoPrivilege { store } => format!(
            "у пользователя не хватает прав в хранилище {store}; они перечислены в docs/tokens.md, в главе о нескольких хостах"
        )
        .into(),
        Keeping::ServerTls { store, error } => {
            format!("TLS с сервером хранилища {store} не удался: {error}").into()
        }
        Keeping::NoRootCertificate => "sslmode требует проверить сервер, а корневого сертификата нет; укажите его в \
             sslrootcert или запишите sslrootcert=system"
            .into(),
        Keeping::BadTlsFile { path, why } => format!("файл {path} не годится для TLS: {why}").into(),
        Keeping::ServerBackup => {
            "хранилище на сервере копируют вместе с сервером: pg_dump или его собственными средствами".into()
        }
        Keeping::LeaseEnded { name } => format!(
            "блокировка доступа {name} истекла раньше, чем работа была закончена: процесс или сервер были задержаны; повторите"
        )
        .into(),
        Keeping::OwnerUnknown { name, holder } => format!(
            "доступ {name} обновлял {holder}, о котором с тех пор ничего не известно, а если послать токен дважды, этот сервис \
             отзовёт все; если тот процесс точно завершён: osign grant adopt {name}"
        )
        .into(),
        Keeping::StoreFailed { path, error } => format!("хранилищем {path} нельзя пользоваться: {error}").into(),
    }
}

#[cfg(feature = "http")]
fn network(reason: &Network) -> Cow<'static, str> {
    match reason {
        Network::BadCaFile { path } => {
            format!("из файла удостоверяющих центров {path} не прочесть ни одного сертификата; он должен быть в PEM")
                .into()
        }
        Network::BadProxy { variable } => {
            format!("{variable} — не адрес прокси, такой как http://proxy.example:3128").into()
        }
        Network::SocksProxy { variable } => {
            format!("{variable} называет прокси SOCKS, а поддерживаются только http:// и https://").into()
        }
    }
}

fn input(reason: &Input) -> Cow<'static, str> {
    match reason {
        Input::EmptyUrl => "адрес пуст".into(),
        Input::ControlInUrl => {
            "в адресе есть управляющий символ, например перевод строки; удалите его или закодируйте как %XX".into()
        }
        Input::SpaceBeforeUrl => "адрес начинается с пробела; удалите его".into(),
        Input::ForeignScheme => "схема адреса не http и не https".into(),
        Input::RelativeUrl => "адрес относительный; начните его с https:// или http://".into(),
        Input::OpenBracket => "у адреса IPv6 нет закрывающей скобки".into(),
        Input::BadIpv6 => "в скобках в адресе стоит не адрес IPv6".into(),
        Input::TextAfterIpv6 => "после адреса IPv6 может идти только порт".into(),
        Input::BareIpv6 => "в имени сервера больше одного двоеточия; адрес IPv6 пишется в скобках".into(),
        Input::BadPort => "порт в адресе не число".into(),
        Input::PortOutOfRange => "порт в адресе не от 1 до 65535".into(),
        Input::NoHost => "в адресе нет имени сервера".into(),
        Input::ForeignHost => "в имени сервера есть буквы не из ASCII; запишите его в виде xn--".into(),
        Input::BadHost => "в имени сервера есть символ, которого в нём быть не может".into(),
        Input::EmptyMethod => "метод HTTP пуст; напишите GET, POST, …".into(),
        Input::BadMethod => {
            "в методе HTTP есть символ, которого в нём быть не может (RFC 9110 §9.1): пробел, управляющий \
                             символ или разделитель"
                .into()
        }
        Input::ControlCharacter { term } => {
            format!("{} содержит управляющий символ, например перевод строки в конце; удалите его", russian_term(*term))
                .into()
        }
        Input::EmptyConsumerKey => "ключ потребителя пуст; укажите тот, который выдал сервис".into(),
        Input::EmptyNonce => "одноразовый код пуст; задайте его или не задавайте вовсе, чтобы он был создан".into(),
        Input::EmptyParameterName => "имя параметра протокола пусто".into(),
        Input::SetElsewhere { name, source } => {
            format!("{name} нельзя задать как дополнительный параметр: он берётся из {}", origin(*source)).into()
        }
        Input::RealmAsParameter => "realm никогда не подписывается; задайте его как область подписывающего".into(),
        Input::SetTwice => {
            "параметр протокола задан дважды, или oauth_body_hash задан, а подпись добавляет его сама".into()
        }
        Input::InRequest { name } => {
            format!("{name} уже есть в адресе или в теле формы, а подпись добавляет свой; удалите его оттуда").into()
        }
        Input::UnknownSignatureMethod { known } => format!("метод подписи должен быть одним из {known}").into(),
    }
}

fn crypto(reason: &Crypto) -> Cow<'static, str> {
    match reason {
        Crypto::NoPrivateKey => "метод подписи RSA, а закрытый ключ не задан; задайте его".into(),
        Crypto::NotPem => "закрытый ключ не в формате PEM: нет строки -----BEGIN …-----".into(),
        Crypto::EncryptedKey => {
            "закрытый ключ зашифрован; сначала расшифруйте его, например: openssl pkey -in КЛЮЧ -out НОВЫЙ".into()
        }
        Crypto::PublicKey => "это открытый ключ; для подписи нужен закрытый ключ этой пары".into(),
        Crypto::Certificate => "это сертификат; для подписи нужен закрытый ключ к нему".into(),
        Crypto::NotRsa => "закрытый ключ не RSA".into(),
        Crypto::OpensshKey => {
            "это закрытый ключ в собственном формате OpenSSH; преобразуйте его: ssh-keygen -p -m PEM".into()
        }
        Crypto::NoKeyInPem => "в тексте PEM нет закрытого ключа".into(),
        Crypto::EscapedLineBreaks => {
            "переводы строк закрытого ключа записаны как \\n; они должны быть настоящими".into()
        }
        Crypto::DamagedKey => "текст PEM закрытого ключа повреждён: в нём чего-то не хватает или есть лишнее".into(),
        Crypto::LongKeyText { most } => {
            format!("текст закрытого ключа длиннее {most} байт; передайте только текст PEM ключа").into()
        }
        Crypto::Pkcs12 => {
            "это файл PKCS#12; преобразуйте его в PEM: openssl pkcs12 -nocerts -nodes -in КЛЮЧ -out КЛЮЧ.pem".into()
        }
        Crypto::Der => {
            "закрытый ключ в формате DER; преобразуйте его в PEM: openssl pkey -inform DER -in КЛЮЧ -out КЛЮЧ.pem"
                .into()
        }
        Crypto::OtherPss => {
            "ключ для RSA-PSS с другим хешем, не SHA-256, или с солью длиннее 32 байт; возьмите другой ключ".into()
        }
        Crypto::OnlyPss => {
            "этот ключ только для RSA-PSS; подписывайте методом RSA-PSS-SHA256 или возьмите другой ключ".into()
        }
        Crypto::ManyPrimes => {
            "в ключе RSA больше двух простых чисел; запросы подписывают ключами только из двух".into()
        }
        Crypto::UnsafeKey { bits } => {
            format!("ключ RSA длиной {bits} бит слишком короток и ненадёжен; сервисы требуют 2048 и больше").into()
        }
        Crypto::LongKey { bits } => format!(
            "ключ RSA длиной {bits} бит слишком длинен, подпись заняла бы секунды; возьмите ключ не длиннее 4096 бит"
        )
        .into(),
        Crypto::BadExponent => "открытая экспонента ключа RSA чётная или не меньше 2^33; создайте другой ключ".into(),
        Crypto::UnbalancedPrimes => {
            "простые числа ключа RSA разной длины, поэтому он ненадёжен; создайте другой ключ".into()
        }
        Crypto::EqualPrimes => {
            "простые числа ключа RSA равны, и найти их может кто угодно; создайте другой ключ".into()
        }
        Crypto::ShortKey { bits } => format!("ключ RSA длиной {bits} бит слишком короток для этого метода").into(),
        Crypto::InconsistentKey => "ключ RSA повреждён: его числа не подходят друг к другу".into(),
        Crypto::NoRandomness { error } => format!("генератор случайных чисел системы не ответил: {error}").into(),
        Crypto::NoForkNotice => "система отказалась сообщать о ветвлении процесса".into(),
    }
}

#[cfg(feature = "oauth2")]
fn protocol(reason: &Protocol) -> Cow<'static, str> {
    match reason {
        Protocol::NotCallback => {
            "это не обратный адрес: в нём нет запроса с code и state; вставьте весь адрес из строки браузера".into()
        }
        Protocol::RepeatedParameter { name } => {
            format!("в обратном адресе {name} стоит больше одного раза, что запрещает RFC 6749 §3.1").into()
        }
        Protocol::NoCode => "в обратном адресе нет ни кода, ни ошибки; войдите снова".into(),
        Protocol::NoCallbackField { name } => {
            format!("в обратном адресе нет {name}, которого требует профиль этого сервиса").into()
        }
        Protocol::AccessDenied => "во входе отказано: человек не согласился или не вправе соглашаться".into(),
        Protocol::LoginRefused { code } => {
            let code = if code.contains(' ') { "неизвестной ошибкой" } else { code };
            format!("сервис прервал вход: {code}; проверьте настройки клиента в сервисе").into()
        }
        Protocol::NoState => "в обратном адресе нет state, значит, он не от нашего входа; войдите снова".into(),
        Protocol::OtherState => {
            "state в обратном адресе не от этого входа: адрес от другого входа или подделан; войдите снова".into()
        }
        Protocol::HostScheme { field } => format!("{field}: схема не https; туда ничего не отправлено").into(),
        Protocol::HostUserinfo { field } => {
            format!("{field}: перед именем сервера стоит имя пользователя; туда ничего не отправлено").into()
        }
        Protocol::HostPort { field } => format!("{field}: указан порт; туда ничего не отправлено").into(),
        Protocol::HostAddress { field } => {
            format!("{field}: адрес IP вместо имени сервера; туда ничего не отправлено").into()
        }
        Protocol::HostText { field } => format!(
            "{field}: не просто имя сервера (буквы ASCII, цифры и дефисы между точками); туда ничего не отправлено"
        )
        .into(),
        Protocol::HostElsewhere { field, allowed } => {
            format!("{field}: не подходит под {allowed}; туда ничего не отправлено").into()
        }
        Protocol::InsecureUrl { name } => {
            format!("{name}: это не адрес https://; http возможен только на своей машине, и его нужно разрешить").into()
        }
        Protocol::ProfileSyntax { line } => format!("строка {line} профиля не в формате TOML").into(),
        Protocol::UnknownField { name, line } => format!("строка {line} профиля: поля {name} нет").into(),
        Protocol::RepeatedField { name, line } => format!("строка {line} профиля: поле {name} стоит там дважды").into(),
        Protocol::MissingField { name, line } => format!("строка {line} профиля: здесь не хватает поля {name}").into(),
        Protocol::BadField { name, line, expected } => {
            format!("строка {line} профиля: неверное значение {name}; нужно: {expected}").into()
        }
        Protocol::UnknownProvider { known } => {
            format!("сервис должен быть одним из {known}, или нужен файл профиля").into()
        }
        Protocol::NoEndpoint { name } => format!("адрес {name} неизвестен; задайте его").into(),
        Protocol::NoAccount => {
            "адрес сервиса зависит от учётной записи, а её сервер неизвестен; задайте его или войдите".into()
        }
        Protocol::SameForAll { service } => {
            format!("у {service} адреса одни для всех аккаунтов; не указывайте аккаунт").into()
        }
        Protocol::NoRedirectUri => "сервису нужен redirect_uri, а он не задан".into(),
        Protocol::NoClientSecret => "сервису нужен секрет клиента, а он не задан".into(),
        Protocol::NoClientId => "у клиента нет идентификатора; задайте тот, который выдал сервис".into(),
        Protocol::NothingKept { name } => {
            format!("сервис ждёт обратно {name}, а обратный адрес его не принёс; войдите снова").into()
        }
        Protocol::OtherGrant => "у этого профиля другой вид доступа, такого запроса в нём нет".into(),
        Protocol::BadRotation => {
            "rotation должно быть strict, until-used, timed:СЕКУНДЫ, calendar:СЕКУНДЫ, idempotent, maybe или none"
                .into()
        }
        Protocol::BadUserAgent => "user_agent должно быть строкой из знаков ASCII".into(),
        Protocol::BadAddress { name } => {
            format!("{name}: нужен полный адрес https:// без имени пользователя и без #").into()
        }
    }
}

/// What stands in brackets behind what was not had of a service: of a connection osign speaks, and else the service does, whose words
/// stay as they are.
#[cfg(feature = "grant")]
fn russian_trouble(said: &str) -> &str {
    match said {
        " (the host's name was not found)" => " (имя сервера не найдено)",
        " (no connection)" => " (нет соединения)",
        " (TLS failed)" => " (не удалось установить TLS)",
        " (no answer in time)" => " (ответа не было вовремя)",
        " (the connection broke)" => " (соединение прервалось)",
        " (the answer was no HTTP)" => " (ответ не по HTTP)",
        " (the address has no TLS)" => " (адрес без TLS)",
        " (too many requests)" => " (слишком много запросов)",
        said => said,
    }
}

/// A text that a caller gives, in the nominative.
#[must_use]
pub const fn russian_term(term: Term) -> &'static str {
    match term {
        Term::ConsumerKey => "ключ потребителя",
        Term::Token => "токен",
        Term::Realm => "область",
        Term::Version => "версия протокола",
        Term::Nonce => "одноразовый код",
        Term::ContentType => "тип содержимого",
        Term::ParameterName => "имя параметра протокола",
        Term::ParameterValue => "значение параметра протокола",
    }
}

/// In the genitive, after «из».
const fn origin(source: Source) -> &'static str {
    match source {
        Source::ConsumerKey => "ключа потребителя",
        Source::Token => "токена",
        Source::SignatureMethod => "метода подписи",
        Source::SendVersion => "настройки версии",
        Source::Nonce => "одноразового кода запроса",
        Source::Timestamp => "метки времени запроса",
        Source::Signing => "самой подписи",
    }
}

#[cfg(all(test, feature = "grant"))]
mod tests {
    use super::*;
    use crate::http::Trouble;

    #[test]
    fn what_a_grant_waits_for_is_said_in_russian() {
        let waiting = |said: &str| {
            russian(&Keeping::Waiting { name: "crm".to_owned(), said: said.to_owned(), seconds: 2 }.into()).into_owned()
        };
        assert_eq!(waiting(""), "сейчас доступ crm обновить нельзя; повторите через 2 с");
        assert_eq!(waiting(" (HTTP 503)"), "сейчас доступ crm обновить нельзя (HTTP 503); повторите через 2 с");
        assert_eq!(
            waiting(" (no connection)"),
            "сейчас доступ crm обновить нельзя (нет соединения); повторите через 2 с"
        );
        let troubles = [
            Trouble::NoName,
            Trouble::NoConnection,
            Trouble::Tls,
            Trouble::TimeOut,
            Trouble::Broken,
            Trouble::BadAnswer,
            Trouble::Insecure,
        ];
        for english in troubles.map(Trouble::in_words).into_iter().chain(["too many requests"]) {
            assert!(!waiting(&format!(" ({english})")).contains(english), "{english}");
        }
    }
}
