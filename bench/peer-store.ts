/** The user who asks, as the peers load it with each request. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly is_active: boolean;
}

/** A word as it is answered. */
export interface Word {
  readonly id: number;
  readonly text: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface NewWord {
  readonly text: string;
  readonly synonym: string;
  readonly antonym: string | null;
  readonly definition: string;
}

type Answer<Value> = Value | Promise<Value>;

/** What the peers ask of a database, in statements of their own. */
export interface WordStore {
  count(): Answer<number>;
  page(limit: number, offset: number): Answer<readonly Word[]>;
  word(id: number): Answer<Word | undefined>;
  user(id: number): Answer<User | undefined>;
  /** Makes a word and gives it as it is answered; undefined where its text is taken. */
  insert(word: NewWord, user: User): Answer<Word | undefined>;
}
