/** Which names say that what stands under them is a secret: whole words, so that `secretary` and `tokenizer` do not. */

const WORDS: ReadonlySet<string> = new Set([
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "pwd",
  "secret",
  "secrets",
  "token",
  "tokens",
  "credential",
  "credentials",
  "authorization",
  "bearer",
  "cookie",
  "cookies",
  "jwt",
  "apikey",
  "apikeys",
]);

/** Two words in a row. */
const PAIRS: ReadonlySet<string> = new Set([
  "pass word",
  "pass phrase",
  "api key",
  "api keys",
  "access key",
  "private key",
  "signing key",
  "encryption key",
  "session key",
  "account key",
  "connection string",
]);

/** Whether a text can hold such a name at all. */
const HINT =
  /passw|pass[-_ ]?(?:word|phrase|code)|pwd|secret|token|credential|authorization|bearer|cookie|jwt|(?:api|access|private|signing|encryption|session|account)[-_ ]?key|connection[-_ ]?string/i;

/** Answers are kept, as the same few names come again and again. */
const answers = new Map<string, boolean>();
const ANSWERS_MAX = 2_000;
const NAME_LENGTH_MAX = 100;

/**
 * Whether a property of the JSON text has such a name. Its names are looked at one by one, which costs a fraction of
 * searching all that it says; may also be true of one that only looks as if it had.
 */
export function hasSecretName(json: string): boolean {
  for (let end = json.indexOf('":'); end >= 0; end = json.indexOf('":', end + 2)) {
    const start = json.lastIndexOf('"', end - 1);
    if (isSecretName(json.slice(start + 1, end))) return true;
    // The quote belongs to the name, or to a text; then all of it is searched, once.
    if (json[start - 1] === "\\") return HINT.test(json);
  }
  // Names in a Map stand in lists.
  return json.includes('{"~m":') && HINT.test(json);
}

/** Whether some name in the text may be that of a secret. */
export function mayNameSecrets(text: string): boolean {
  return HINT.test(text);
}

/** Whether the name says that what stands under it is a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > NAME_LENGTH_MAX) return HINT.test(name) && judge(name);
  let answer = answers.get(name);
  if (answer !== undefined) return answer;
  if (answers.size >= ANSWERS_MAX) answers.clear();
  answers.set(name, (answer = HINT.test(name) && judge(name)));
  return answer;
}

function judge(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  return words.some((word, index) => WORDS.has(word) || PAIRS.has(`${word} ${words[index + 1] ?? ""}`));
}
