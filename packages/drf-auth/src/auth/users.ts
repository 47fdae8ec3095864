import type { Database, RowValues } from "../database/index.ts";
import type { User, UserKey } from "../http/index.ts";
import {
  fieldOf,
  type Insert,
  type Model,
  type ModelMeta,
  QuerySet,
  type Selection,
  type UserModel,
  valuesDecoder,
} from "../models/index.ts";
import { userKeyReader, type UserKeyReader } from "./user-key.ts";

/** A user with what is needed to check a password; it never leaves the credential check. */
export interface UserWithPassword {
  readonly user: User;
  readonly encodedPassword: string;
}

/** What Django's AbstractBaseUser says of users whose model has no such fields. */
const unsaid = Object.freeze({ is_active: true, is_staff: false, is_superuser: false });

/** Finds the users of the project's user model; the password is read only where it is checked. */
export class Users {
  readonly meta: ModelMeta;
  readonly usernameField: string;
  readonly #keyOf: UserKeyReader;
  readonly #rows: QuerySet<Model>;
  readonly #byKey: ReturnType<QuerySet["lookup"]>;
  readonly #byKeyWithPassword: ReturnType<QuerySet["lookup"]>;
  readonly #selectionWithPassword: Selection;
  readonly #decode: ReturnType<typeof valuesDecoder>;
  readonly #unsaid: readonly (readonly [name: string, value: boolean])[];

  constructor(model: UserModel, meta: ModelMeta, database: Database) {
    this.meta = meta;
    this.usernameField = model.usernameField;
    this.#keyOf = userKeyReader(meta.primaryKey);
    this.#rows = QuerySet.of(meta, database).orderBy();
    const fields = meta.fields.filter((field) => field.name !== "password");
    const paths = fields.map((field) => ({ relations: [], field }));
    const password = fieldOf(meta, "password", "The user model");
    this.#byKey = this.#rows.lookup(meta.primaryKey.name, { key: "user", paths });
    this.#selectionWithPassword = { key: "user with password", paths: [...paths, { relations: [], field: password }] };
    this.#byKeyWithPassword = this.#rows.lookup(meta.primaryKey.name, this.#selectionWithPassword);
    const names = fields.map((field) => field.attname);
    this.#decode = valuesDecoder(names, paths);
    this.#unsaid = Object.entries(unsaid).filter(([name]) => !this.has(name));
  }

  /** The user with this id, in one query; a value that can be no id finds nobody. */
  async find(id: unknown): Promise<User | undefined> {
    const key = this.#keyOf(id);
    if (key === undefined) return undefined;
    const found = this.#byKey(key);
    const [row] = found instanceof Promise ? await found : found;
    return row && this.#user(row);
  }

  /** The same with the stored hash, for who must know whether it is still the same. */
  async findWithPasswordById(id: unknown): Promise<UserWithPassword | undefined> {
    const key = this.#keyOf(id);
    if (key === undefined) return undefined;
    const found = this.#byKeyWithPassword(key);
    const [row] = found instanceof Promise ? await found : found;
    return row && { user: this.#user(row), encodedPassword: String(row.at(-1)) };
  }

  async findWithPassword(username: string): Promise<UserWithPassword | undefined> {
    // No database keeps it in text, and some refuse to look for it.
    if (username.includes("\0")) return undefined;
    const [row] = await this.#rows
      .filter({ [this.usernameField]: username } as never)
      .select(this.#selectionWithPassword);
    return row && { user: this.#user(row), encodedPassword: String(row.at(-1)) };
  }

  /** Makes a user; the password comes already hashed. Gives the id. */
  create(values: Readonly<Record<string, unknown>>): Promise<UserKey> {
    return this.#rows.insert(values as Insert<Model>) as Promise<number | string> as Promise<UserKey>;
  }

  async update(id: UserKey, values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#rows.filter({ [this.meta.primaryKey.name]: id } as never).update(values as never);
  }

  /** Whether the user model has a field of this name. */
  has(name: string): boolean {
    return this.meta.fieldsByName.has(name);
  }

  /** Writes down when a user logged in, where the model has a field for it. */
  async noteLogin(id: UserKey): Promise<void> {
    if (this.has("last_login")) await this.update(id, { last_login: new Date().toISOString() });
  }

  /** Replaces a stored hash, unless the password was changed meanwhile. */
  async replacePassword(id: UserKey, stored: string, encodedPassword: string): Promise<void> {
    const same = this.#rows.filter({ [this.meta.primaryKey.name]: id, password: stored } as never);
    await same.update({ password: encodedPassword } as never);
  }

  #user(row: RowValues): User {
    const user: Record<string, unknown> = this.#decode(row);
    user["isAuthenticated"] = true;
    for (const [name, value] of this.#unsaid) user[name] = value;
    if (!Object.hasOwn(user, "id")) user["id"] = user[this.meta.primaryKey.attname];
    if (!Object.hasOwn(user, "username")) user["username"] = user[this.usernameField];
    return user as User;
  }
}
