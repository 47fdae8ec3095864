/** A column as the database describes it. */
export interface FoundColumn {
  readonly name: string;
  /** In lower case, with its length: `varchar(20)`. */
  readonly type: string;
  readonly isNull: boolean;
  /** Whether the database counts it up. */
  readonly isCounted: boolean;
  /** Whether the database computes it, so that nobody may write it. */
  readonly isGenerated: boolean;
  /** The SQL of what it holds where nothing is given. */
  readonly default: string | undefined;
  /** The only values of a type of PostgreSQL that lists them. */
  readonly choices: readonly string[] | undefined;
  /** Whether it is checked to be no less than nought. */
  readonly isPositive: boolean;
  /** Whether it is text that is checked to be JSON. */
  readonly isJson: boolean;
}

/** A foreign key. */
export interface FoundReference {
  readonly columns: readonly string[];
  readonly table: string;
  /** The columns that it refers to; none where they are the primary key. */
  readonly to: readonly string[];
  /** What the database does when the other row is deleted, in SQL's words: `SET NULL`. */
  readonly onDelete: string;
}

export interface FoundIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** Whether each column descends; undefined where the index has more than columns as they are, such as an expression. */
  readonly descending: readonly boolean[] | undefined;
  /** Of which rows it is, in SQL; undefined where it is of all. */
  readonly where: string | undefined;
}

/** A check that no field stands for. */
export interface FoundCheck {
  /** Undefined where it has none. */
  readonly name: string | undefined;
  readonly sql: string;
}

/** Whether an index is of all rows, and of columns as they are. */
export function isPlain({ descending, where }: FoundIndex): boolean {
  return where === undefined && descending?.every((isDescending) => !isDescending) === true;
}

/** A table as the database describes it. */
export interface FoundTable {
  readonly name: string;
  readonly columns: readonly FoundColumn[];
  readonly primaryKey: readonly string[];
  readonly references: readonly FoundReference[];
  /** Without that of the primary key. */
  readonly indexes: readonly FoundIndex[];
  readonly checks: readonly FoundCheck[];
}

export interface FoundTables {
  readonly tables: readonly FoundTable[];
  /** What holds rows and is no table: views and the like, each with what it is. */
  readonly others: ReadonlyMap<string, string>;
}
