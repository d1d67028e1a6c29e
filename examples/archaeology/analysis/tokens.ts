/**
 * A light tokenizer for languages with braces: enough to tell code from comments, strings, templates and regular
 * expressions, and to see words and brackets with their partners. It owns no grammar and accepts any text: a string
 * left open ends with its line, so that a mistake never runs over the file.
 */

export const wordToken = 1;
export const stringToken = 2;
const markToken = 3;
const otherToken = 4;

export interface Tokens {
  text: string;
  count: number;
  /** One of the kinds above. */
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** From 1. */
  lines: Int32Array;
  /** Index of the bracket that belongs to this one; -1 for anything else and for a bracket without partner. */
  partners: Int32Array;
}

export interface TokenRules {
  /** Regular expression literals and templates with `${…}`. */
  javascript: boolean;
  /** `#` begins a comment (PHP) or a directive that runs to the end of the line (C). */
  hashLines: boolean;
  /** `'` quotes strings; elsewhere it quotes at most one character or names a lifetime. */
  singleQuotes: boolean;
}

/** Character code of the first character of a token. */
export function codeAt(tokens: Tokens, index: number): number {
  return index >= 0 && index < tokens.count ? tokens.text.charCodeAt(tokens.starts[index] ?? 0) : 0;
}

export function textOf(tokens: Tokens, index: number): string {
  return index >= 0 && index < tokens.count
    ? tokens.text.slice(tokens.starts[index], tokens.ends[index])
    : "";
}

export function isWord(tokens: Tokens, index: number): boolean {
  return tokens.kinds[index] === wordToken && index >= 0 && index < tokens.count;
}

/** True when the token is exactly this word; compares in place. */
export function isTheWord(tokens: Tokens, index: number, word: string): boolean {
  if (!isWord(tokens, index)) return false;
  const start = tokens.starts[index] ?? 0;
  return (tokens.ends[index] ?? 0) - start === word.length && tokens.text.startsWith(word, start);
}

/** Tokens of the text. */
export function tokenize(text: string, rules: TokenRules): Tokens {
  const scanner = new Scanner(text, rules);
  scanner.run();
  return scanner.tokens();
}

const isWordCode = new Uint8Array(65_536);
for (let code = 0; code < 65_536; code += 1) {
  const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  isWordCode[code] = letter || code === 95 || code === 36 || code > 127 ? 1 : 0;
}

const wordsBeforeExpression =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|do|else|yield|await|instanceof)$/;

class Scanner {
  readonly #text: string;
  readonly #rules: TokenRules;
  #count = 0;
  #line = 1;
  #at = 0;
  #kinds: Uint8Array;
  #starts: Int32Array;
  #ends: Int32Array;
  #lines: Int32Array;
  #partners: Int32Array;
  /** Open brackets; a template's `${` is on it as -1. */
  readonly #open: number[] = [];

  constructor(text: string, rules: TokenRules) {
    this.#text = text;
    this.#rules = rules;
    const capacity = (text.length >> 2) + 64;
    this.#kinds = new Uint8Array(capacity);
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
    this.#lines = new Int32Array(capacity);
    this.#partners = new Int32Array(capacity);
  }

  tokens(): Tokens {
    return {
      text: this.#text,
      count: this.#count,
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      lines: this.#lines,
      partners: this.#partners,
    };
  }

  run(): void {
    const text = this.#text;
    const length = text.length;
    while (this.#at < length) {
      const code = text.charCodeAt(this.#at);
      if (code === 10) {
        this.#line += 1;
        this.#at += 1;
      } else if (code <= 32) this.#at += 1;
      else if (isWordCode[code] === 1) this.#word();
      else if (code === 47) this.#slash();
      else if (code === 34) this.#string(code);
      else if (code === 39) this.#apostrophe();
      else if (code === 96) this.#backtick();
      else if (code === 35 && this.#rules.hashLines) this.#skipLine();
      else this.#mark(code);
    }
  }

  #push(kind: number, start: number, end: number, line = this.#line): void {
    if (this.#count === this.#kinds.length) this.#grow();
    const index = this.#count;
    this.#kinds[index] = kind;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#lines[index] = line;
    this.#partners[index] = -1;
    this.#count = index + 1;
  }

  #grow(): void {
    const grown = <T extends Uint8Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const capacity = this.#kinds.length * 2;
    this.#kinds = grown(this.#kinds, new Uint8Array(capacity));
    this.#starts = grown(this.#starts, new Int32Array(capacity));
    this.#ends = grown(this.#ends, new Int32Array(capacity));
    this.#lines = grown(this.#lines, new Int32Array(capacity));
    this.#partners = grown(this.#partners, new Int32Array(capacity));
  }

  #word(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    while (at < text.length && isWordCode[text.charCodeAt(at)] === 1) at += 1;
    this.#push(wordToken, start, at);
    this.#at = at;
  }

  #mark(code: number): void {
    const start = this.#at;
    if (code === 125 && this.#open.at(-1) === -1) {
      this.#open.pop();
      this.#at += 1;
      this.#template();
      return;
    }
    // `=>` is the only mark of two characters that matters to a reader of tokens.
    const end = code === 61 && this.#text.charCodeAt(start + 1) === 62 ? start + 2 : start + 1;
    this.#push(markToken, start, end);
    this.#at = end;
    if (code === 123 || code === 40 || code === 91) this.#open.push(this.#count - 1);
    else if (code === 125 || code === 41 || code === 93) this.#close(code);
  }

  #close(code: number): void {
    const opener = code === 41 ? 40 : code - 2;
    const open = this.#open.at(-1);
    if (open === undefined || open === -1) return;
    if (this.#text.charCodeAt(this.#starts[open] ?? 0) !== opener) {
      // A closing brace closes what was left open inside it; another closing bracket without partner is left alone.
      if (code !== 125) return;
      const braceAt = this.#open.findLastIndex((index) => index === -1 || this.#isBrace(index));
      if (braceAt < 0 || this.#open[braceAt] === -1) return;
      this.#open.length = braceAt + 1;
    }
    const partner = this.#open.pop() ?? -1;
    this.#partners[this.#count - 1] = partner;
    this.#partners[partner] = this.#count - 1;
  }

  #isBrace(index: number): boolean {
    return this.#text.charCodeAt(this.#starts[index] ?? 0) === 123;
  }

  #slash(): void {
    const next = this.#text.charCodeAt(this.#at + 1);
    if (next === 47) this.#skipLine();
    else if (next === 42) this.#blockComment();
    else if (this.#rules.javascript && this.#expectsExpression() && this.#regularExpression()) return;
    else this.#mark(47);
  }

  #skipLine(): void {
    const text = this.#text;
    let end = text.indexOf("\n", this.#at);
    // A directive continues over a line that ends with a backslash.
    while (end > 0 && this.#rules.hashLines && text.charCodeAt(end - 1) === 92) {
      this.#line += 1;
      end = text.indexOf("\n", end + 1);
    }
    this.#at = end < 0 ? text.length : end;
  }

  #blockComment(): void {
    const close = this.#text.indexOf("*/", this.#at + 2);
    const end = close < 0 ? this.#text.length : close + 2;
    for (
      let at = this.#text.indexOf("\n", this.#at);
      at >= 0 && at < end;
      at = this.#text.indexOf("\n", at + 1)
    ) {
      this.#line += 1;
    }
    this.#at = end;
  }

  #apostrophe(): void {
    if (this.#rules.singleQuotes) this.#string(39);
    else {
      const close = this.#text.indexOf("'", this.#at + (this.#text.charCodeAt(this.#at + 1) === 92 ? 3 : 2));
      this.#at =
        close > 0 &&
        close - this.#at <= 10 &&
        this.#text.charCodeAt(this.#at + 2) !== 32 &&
        close - this.#at !== 1
          ? this.#characterEnd(close)
          : this.#at + 1;
    }
  }

  /** A character literal is short; a lifetime such as `'a` has no closing quote nearby. */
  #characterEnd(close: number): number {
    const isCharacter = close - this.#at === 2 || this.#text.charCodeAt(this.#at + 1) === 92;
    if (isCharacter) this.#push(otherToken, this.#at, close + 1);
    return isCharacter ? close + 1 : this.#at + 1;
  }

  #string(quote: number): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 92) {
        at += 1;
        if (text.charCodeAt(at) === 10) this.#line += 1;
      } else if (code === quote || code === 10) break;
    }
    const closed = text.charCodeAt(at) === quote;
    this.#push(stringToken, start, closed ? at + 1 : at);
    this.#at = closed ? at + 1 : at;
  }

  #backtick(): void {
    this.#at += 1;
    if (this.#rules.javascript) {
      this.#template();
      return;
    }
    const start = this.#at - 1;
    const close = this.#text.indexOf("`", this.#at);
    const end = close < 0 ? this.#text.length : close + 1;
    this.#push(stringToken, start, end);
    for (let at = start; at < end; at += 1) if (this.#text.charCodeAt(at) === 10) this.#line += 1;
    this.#at = end;
  }

  /** From inside a template to its end or to the next `${`, whose tokens come as ordinary code. */
  #template(): void {
    const text = this.#text;
    const start = this.#at;
    const line = this.#line;
    let at = start;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 92) {
        at += 1;
        if (text.charCodeAt(at) === 10) this.#line += 1;
      } else if (code === 10) this.#line += 1;
      else if (code === 96) {
        at += 1;
        break;
      } else if (code === 36 && text.charCodeAt(at + 1) === 123) {
        at += 2;
        this.#open.push(-1);
        break;
      }
    }
    this.#push(otherToken, start, at, line);
    this.#at = at;
  }

  /** A slash here begins a regular expression rather than dividing. */
  #expectsExpression(): boolean {
    const last = this.#count - 1;
    if (last < 0) return true;
    const start = this.#starts[last] ?? 0;
    const end = this.#ends[last] ?? 0;
    switch (this.#kinds[last]) {
      case wordToken:
        return end - start <= 10 && wordsBeforeExpression.test(this.#text.slice(start, end));
      case markToken: {
        const code = this.#text.charCodeAt(start);
        return code !== 41 && code !== 93 && code !== 125;
      }
      case otherToken:
        // After the opening part of a template an expression follows.
        return this.#text.charCodeAt(end - 1) === 123;
      default:
        return false;
    }
  }

  /** Takes a regular expression literal; false when the line ends before it does. */
  #regularExpression(): boolean {
    const text = this.#text;
    let inClass = false;
    for (let at = this.#at + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10) return false;
      if (code === 92) at += 1;
      else if (code === 91) inClass = true;
      else if (code === 93) inClass = false;
      else if (code === 47 && !inClass) {
        let end = at + 1;
        while (isWordCode[text.charCodeAt(end)] === 1) end += 1;
        this.#push(otherToken, this.#at, end);
        this.#at = end;
        return true;
      }
    }
    return false;
  }
}
