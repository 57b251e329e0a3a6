//! The core's sentences in Russian, by their English text.

/// What stands in place of `{}`, where that is a term and no name.
pub(super) const TERMS: [(&str, &str); 14] = [
    ("the consumer key", "ключ потребителя"),
    ("the token", "токен"),
    ("the realm", "область"),
    ("the nonce", "одноразовый код"),
    ("the content type", "тип содержимого"),
    ("a protocol parameter's name", "имя параметра протокола"),
    ("a protocol parameter's value", "значение параметра протокола"),
    ("the signer's consumer key", "ключа потребителя (УстановитьПотребителя)"),
    ("the signer's token", "токена (УстановитьТокен)"),
    ("the signer's signature method", "метода подписи (УстановитьМетодПодписи)"),
    ("the request's nonce", "одноразового кода, который создаётся для каждой подписи"),
    ("the request's timestamp", "часов"),
    ("the signer's send_version", "самой подписи, которая добавляет его всегда"),
    ("signing", "самой подписи"),
];

pub(super) const SENTENCES: [(&str, &str); 54] = [
    ("the URL is empty", "адрес пуст"),
    (
        "the URL holds a control character, such as a line break; remove it or encode it as %XX",
        "в адресе есть управляющий символ, например перевод строки; удалите его или закодируйте как %XX",
    ),
    ("the URL's scheme is neither http nor https", "схема адреса не http и не https"),
    (
        "the URL is relative; begin it with https:// or http://",
        "адрес относительный; начните его с https:// или http://",
    ),
    ("the URL's IPv6 address has no closing bracket", "у адреса IPv6 нет закрывающей скобки"),
    ("what stands in brackets in the URL is no IPv6 address", "в скобках в адресе стоит не адрес IPv6"),
    ("after the URL's IPv6 address only a port may follow", "после адреса IPv6 может идти только порт"),
    (
        "the URL's host holds more than one colon; an IPv6 address needs brackets",
        "в имени сервера больше одного двоеточия; адрес IPv6 пишется в скобках",
    ),
    ("the URL's port is not a number", "порт в адресе не число"),
    ("the URL's port is not between 1 and 65535", "порт в адресе не от 1 до 65535"),
    ("the URL has no host", "в адресе нет имени сервера"),
    (
        "the URL's host has letters outside ASCII; write its xn-- form",
        "в имени сервера есть буквы не из ASCII; запишите его в виде xn--",
    ),
    (
        "the URL's host holds a character that no host name has",
        "в имени сервера есть символ, которого в нём быть не может",
    ),
    ("the HTTP method is empty; write GET, POST, …", "метод HTTP пуст; напишите GET, POST, …"),
    (
        "the HTTP method holds a character that a method cannot have (RFC 9110 §9.1): a space, a control character or \
         a separator",
        "в методе HTTP есть символ, которого в нём быть не может (RFC 9110 §9.1): пробел, управляющий символ или \
         разделитель",
    ),
    (
        "{} holds a control character, such as a line break at its end; remove it",
        "{} содержит управляющий символ, например перевод строки в конце; удалите его",
    ),
    (
        "the consumer key is empty; set the one that the service gave you",
        "ключ потребителя пуст; укажите тот, который выдал сервис",
    ),
    (
        "the nonce is empty; give one, or none for a fresh one",
        "одноразовый код пуст; задайте его или не задавайте вовсе, чтобы он был создан",
    ),
    (
        "the timestamp is not positive (RFC 5849 §3.3); look at the clock, its offset, or the timestamp given",
        "метка времени не положительна (RFC 5849 §3.3); проверьте часы",
    ),
    ("a protocol parameter has an empty name", "имя параметра протокола пусто"),
    (
        "{} cannot be set as an extra parameter: it comes from {}",
        "{} нельзя задать как дополнительный параметр: он берётся из {}",
    ),
    (
        "realm is never signed; set it as the signer's realm",
        "realm никогда не подписывается; задайте его через УстановитьОбласть",
    ),
    (
        "a protocol parameter is set twice, or oauth_body_hash is set and the signer adds it too",
        "параметр протокола задан дважды, или oauth_body_hash задан, а УстановитьХешТела добавляет его сам",
    ),
    (
        "{} stands in the query or the form body, and signing adds its own; remove it there",
        "{} уже есть в адресе или в теле формы, а подпись добавляет свой; удалите его оттуда",
    ),
    (
        "the transmission is by body, and the content type is not application/x-www-form-urlencoded",
        "параметры передаются в теле, а тип содержимого не application/x-www-form-urlencoded",
    ),
    (
        "only a request transmitted by header has an Authorization header; sign it the full way",
        "заголовок Authorization есть только у запроса, параметры которого передаются в заголовке",
    ),
    ("the transmission is none of header, query, body", "способ передачи должен быть header, query или body"),
    (
        "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
         RSA-PSS-SHA256, PLAINTEXT (names are case-sensitive)",
        "метод подписи должен быть одним из HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
         RSA-PSS-SHA256, PLAINTEXT",
    ),
    ("the HMAC algorithm is none of SHA1, SHA256, SHA512", "алгоритм HMAC должен быть SHA1, SHA256 или SHA512"),
    (
        "the signature method is RSA and the signer has no private key; set one",
        "метод подписи RSA, а закрытый ключ не задан; вызовите УстановитьЗакрытыйКлюч",
    ),
    (
        "the private key is no PEM text: it has no line -----BEGIN …-----",
        "закрытый ключ не в формате PEM: нет строки -----BEGIN …-----",
    ),
    (
        "the private key is encrypted; decrypt it first, for instance with openssl pkey -in KEY -out NEWKEY",
        "закрытый ключ зашифрован; сначала расшифруйте его, например: openssl pkey -in КЛЮЧ -out НОВЫЙ",
    ),
    (
        "this is a public key; signing needs the private key of the pair",
        "это открытый ключ; для подписи нужен закрытый ключ этой пары",
    ),
    (
        "this is a certificate; signing needs the private key that belongs to it",
        "это сертификат; для подписи нужен закрытый ключ к нему",
    ),
    ("the private key is no RSA key", "закрытый ключ не RSA"),
    (
        "this is a private key in OpenSSH's own format; convert it with ssh-keygen -p -m PEM",
        "это закрытый ключ в собственном формате OpenSSH; преобразуйте его: ssh-keygen -p -m PEM",
    ),
    ("the PEM text holds no private key", "в тексте PEM нет закрытого ключа"),
    (
        "the private key's line breaks are written as \\n; they must be real ones",
        "переводы строк закрытого ключа записаны как \\n; они должны быть настоящими",
    ),
    (
        "the private key's PEM text is damaged: something of it is missing, or does not belong there",
        "текст PEM закрытого ключа повреждён: в нём чего-то не хватает или есть лишнее",
    ),
    (
        "the private key's text is longer than {} bytes; give the PEM text of the key alone",
        "текст закрытого ключа длиннее {} байт; передайте только текст PEM ключа",
    ),
    (
        "this is a PKCS#12 file; convert it to PEM: openssl pkcs12 -nocerts -nodes -in KEY -out KEY.pem",
        "это файл PKCS#12; преобразуйте его в PEM: openssl pkcs12 -nocerts -nodes -in КЛЮЧ -out КЛЮЧ.pem",
    ),
    (
        "the private key is DER; convert it to PEM: openssl pkey -inform DER -in KEY -out KEY.pem",
        "закрытый ключ в формате DER; преобразуйте его в PEM: openssl pkey -inform DER -in КЛЮЧ -out КЛЮЧ.pem",
    ),
    (
        "the key is for RSA-PSS alone; sign with RSA-PSS-SHA256, or take another key",
        "этот ключ только для RSA-PSS; подписывайте методом RSA-PSS-SHA256 или возьмите другой ключ",
    ),
    (
        "the RSA key has more than two primes; only keys of two are in use for signing requests",
        "в ключе RSA больше двух простых чисел; запросы подписывают ключами только из двух",
    ),
    (
        "an RSA key of {} bits is too short to be safe; services ask for 2048 or more",
        "ключ RSA длиной {} бит слишком короток и ненадёжен; сервисы требуют 2048 и больше",
    ),
    (
        "an RSA key of {} bits is too long, signing would take seconds; take one of 4096 or less",
        "ключ RSA длиной {} бит слишком длинен, подпись заняла бы секунды; возьмите ключ не длиннее 4096 бит",
    ),
    (
        "the RSA key's public exponent is even, or 2^33 or more; make another key",
        "открытая экспонента ключа RSA чётная или не меньше 2^33; создайте другой ключ",
    ),
    (
        "the RSA key's primes are of different length, which makes it unsafe; make another key",
        "простые числа ключа RSA разной длины, поэтому он ненадёжен; создайте другой ключ",
    ),
    (
        "the RSA key's primes are equal, so that anyone can find them; make another key",
        "простые числа ключа RSA равны, и найти их может кто угодно; создайте другой ключ",
    ),
    ("an RSA key of {} bits is too short for this method", "ключ RSA длиной {} бит слишком короток для этого метода"),
    (
        "the RSA key does not fit itself: its numbers are damaged",
        "ключ RSA повреждён: его числа не подходят друг к другу",
    ),
    ("the system's random generator failed: {}", "генератор случайных чисел системы не ответил: {}"),
    ("the system refused to tell of forks", "система отказалась сообщать о ветвлении процесса"),
    ("a length needs no randomness", "длина не требует случайных чисел"),
];
