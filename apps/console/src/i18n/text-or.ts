/** What `useTranslations` gives, for keys that are made at run time. */
interface Texts {
  (key: never): string;
  has(key: never): boolean;
}

/** The text of a word that the API says, such as an audit action. An API of a newer release may say words of its own. */
export function textOr(texts: Texts, key: string, otherwise: string): string {
  return texts.has(key as never) ? texts(key as never) : otherwise;
}
