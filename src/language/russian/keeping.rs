//! What is said of grants and their stores, in Russian.

use crate::error::{Keeping, Quarantine, StoreKinds, Wording};
use std::borrow::Cow;

/// The sentence of a reason.
pub(super) fn keeping(reason: &Keeping, wording: Wording) -> Cow<'static, str> {
    let to_do = reason.advice().map(|advice| advice.in_sentence(wording)).unwrap_or_default();
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
        Keeping::BadStoreId => {
            "идентификатор хранилища — от 1 до 200 знаков, без управляющих и без пробелов по краям".into()
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
        Keeping::UnknownKind => "вид доступа — code, client-credentials, static или oauth1".into(),
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
            format!("для доступа {name} ещё никто не вошёл{to_do}").into()
        }
        Keeping::Rejected { name, said } => {
            format!("сервис отверг доступ {name}{said}; человек должен войти снова{to_do}").into()
        }
        Keeping::LostPair { name, said } => format!(
            "ответ с новыми токенами доступа {name} потерян, а старые сервис больше не принимает{said}; человек должен войти \
             снова{to_do}"
        )
        .into(),
        Keeping::UsedElsewhere { name, generation, said } => format!(
            "доступ {name} использован в другом месте после поколения {generation}: хранилищем, с которого снята эта копия, или \
             до возврата резервной копии{said}; остановите второе и войдите снова{to_do}"
        )
        .into(),
        Keeping::NoRefreshToken { name } => format!(
            "токен доступа {name} истёк, а токена обновления сервис не дал; человек должен войти снова{to_do}"
        )
        .into(),
        Keeping::LoginLost { name } => format!(
            "ответ на вход для доступа {name} потерян, а код действует один раз; войдите снова{to_do}"
        )
        .into(),
        Keeping::RenewalLost { name } => format!(
            "ответ на продление доступа {name} потерян или непонятен, и сервис мог закончить токен; если он токен отвергнет, войдите \
             снова{to_do}"
        )
        .into(),
        Keeping::CodeUsed { name } => format!(
            "этот код входа для доступа {name} уже отправлен, а код действует один раз; войдите снова{to_do}"
        )
        .into(),
        Keeping::OtherAccount { name } => format!(
            "вход выполнен в другой учётной записи, не в той, что у доступа {name}, и он остался как был; войдите в ту или \
             добавьте для этой отдельный доступ"
        )
        .into(),
        Keeping::NoLogin { name } => {
            format!("вход для доступа {name} не начат; начните его{to_do}").into()
        }
        Keeping::CodeRejected { said, .. } => {
            format!("сервис не принял код этого входа{said}; войдите снова{to_do}").into()
        }
        Keeping::Revoked { name } => {
            format!("доступ {name} отозван; чтобы пользоваться им снова{to_do}").into()
        }
        Keeping::Exported { name } => {
            format!("доступ {name} выгружен и продолжается в другом месте; чтобы получить здесь свой{to_do}")
                .into()
        }
        Keeping::Imported { name } => format!(
            "доступ {name} загружен из другого места; когда точно известно, что больше нигде им не пользуются{to_do}"
        )
        .into(),
        Keeping::StaticEnded { name } => {
            format!("срок ключа доступа {name} истёк; поставьте новый{to_do}").into()
        }
        Keeping::StaticRefused { name } => format!(
            "сервис не принял ключ доступа {name}, который нельзя обновить; поставьте новый{to_do}"
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
        Keeping::ServiceUnreachable { name, said } => {
            let said = russian_trouble(said);
            format!("сервис доступа {name} не ответил{said}; ничего не изменилось, повторите позже").into()
        }
        Keeping::SignsEachRequest { name } => {
            format!("доступ {name} подписывает каждый запрос, и токена, который можно выдать, у него нет{to_do}").into()
        }
        Keeping::UnsetConsumerSecret => {
            "секрет потребителя не задан; задайте его, а если сервис его не дал — пустым".into()
        }
        Keeping::UnsetTokenSecret => {
            "у токена нет секрета; задайте token_secret, а если сервис его не дал — пустым".into()
        }
        Keeping::UnsetToken => "задан token_secret, а токена нет; задайте и токен, к которому он относится".into(),
        Keeping::LoginBySteps { name } => {
            format!("этот вызов отдаёт запросы одного OAuth 2.0, а доступ {name} — OAuth 1.0a{to_do}").into()
        }
        Keeping::WithoutLogin { name, service } => format!(
            "у {service} нет адреса, где человек даёт согласие, и потому нет входа: задайте доступу {name} токен и его секрет, \
             созданные в настройках сервиса, или пустой токен, если подписывает один потребитель{to_do}"
        )
        .into(),
        Keeping::Waiting { name, said, seconds } => {
            let said = russian_trouble(said);
            format!("сейчас доступ {name} обновить нельзя{said}; повторите через {seconds} с").into()
        }
        Keeping::RenewalToCome { name, days } => format!(
            "сервис продлевает токен доступа {name} только в последние дни его срока и потому не запрошен; повторите через {days} дн."
        )
        .into(),
        Keeping::ClientRefused { name, said } => format!(
            "сервис отверг клиента доступа {name}{said}: проверьте его идентификатор, секрет и адрес возврата; сам доступ не \
             потерян"
        )
        .into(),
        Keeping::NoSuchEndpoint { name } => format!(
            "по адресу, где запрашиваются токены доступа {name}, ничего нет (HTTP 404): если аккаунт переехал на другой сервер, \
             войдите там{to_do}; иначе проверьте token_url; сам доступ не потерян"
        )
        .into(),
        Keeping::NotRevoked { name, said } => format!(
            "сервис не подтвердил отзыв доступа {name}{}, поэтому ничего не изменилось; повторите позже или прекратите его \
             только здесь{to_do}",
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
        Keeping::LargeSealed { most } => format!("запечатать можно не больше {most} байт").into(),
        Keeping::NotSealed => {
            "этот текст не распечатать: он изменён, запечатан другим ключом или с другим контекстом".into()
        }
        Keeping::Unreadable { name } => {
            format!("запись доступа {name} не читается; ничего не перезаписано").into()
        }
        Keeping::NewerRecord { name } => format!("запись доступа {name} сделана более новой версией osign").into(),
        Keeping::LargeRecord { name, most } => format!(
            "запись доступа {name} была бы длиннее {most} байт: профиль, ключи и токены сервиса вместе слишком длинны"
        )
        .into(),
        Keeping::Quarantined { why } => format!(
            "хранилище {why}, поэтому из него ничего не обновляется, чтобы не погубить токены другого; если продолжать надо с \
             этим{to_do}",
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
            "хранилище {path} повреждено или обрезано; ничего не перезаписано; верните на его место копию, затем{to_do}"
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
            "хранилище на сервере или в базе другой программы копируют вместе с ними, их собственными средствами".into()
        }
        Keeping::LeaseEnded { name } => format!(
            "блокировка доступа {name} истекла раньше, чем работа была закончена: процесс или сервер были задержаны; повторите"
        )
        .into(),
        Keeping::RecordsFailed { error } => format!("хранилище доступов этой программы отказало: {error}").into(),
        Keeping::OwnerUnknown { name, holder } => format!(
            "доступ {name} обновлял {holder}, о котором с тех пор ничего не известно, а если послать токен дважды, этот сервис \
             отзовёт все; если тот процесс точно завершён{to_do}"
        )
        .into(),
        Keeping::StoreFailed { path, error } => format!("хранилищем {path} нельзя пользоваться: {error}").into(),
    }
}

/// What stands in brackets behind what was not had of a service: of a connection osign speaks, and else the service does, whose words
/// stay as they are.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Trouble;

    #[test]
    fn what_a_grant_waits_for_is_said_in_russian() {
        let waiting = |said: &str| {
            keeping(&Keeping::Waiting { name: "crm".to_owned(), said: said.to_owned(), seconds: 2 }, |_| String::new())
                .into_owned()
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
