import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { SqliteDatabase, UniqueViolation } from "../../../src/database/index.ts";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { observedStatements, read, temporaryDatabase, temporaryFolder, write } from "../temporary-database.ts";
import { tangled } from "../tangled.ts";

const schema = `create table words (text text unique)`;
const add = (database: SqliteDatabase, text: string) => write(database, "insert into words values (?)", text);
const texts = async (database: SqliteDatabase) => (await read(database, "select text from words order by text")).flat();

/** Something to wait for, and the way to let go on what waits. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe("opening", () => {
  test("makes the folder and says where the file is", async () => {
    const path = join(temporaryFolder(), "some/where/db.sqlite3");
    const database = new SqliteDatabase(path);
    expect(database.location).toBe(path);
    await database.close();
  });

  test("sets both connections up for safety", async () => {
    const database = await temporaryDatabase();
    const pragmas = async () => {
      const values = [];
      for (const name of ["journal_mode", "foreign_keys", "synchronous", "query_only"]) {
        values.push(...(await read(database, `PRAGMA ${name}`)).flat());
      }
      return values;
    };
    expect(await pragmas()).toEqual(["wal", 1, 2, 1]);
    expect(await database.transaction(pragmas)).toEqual(["wal", 1, 2, 0]);
  });

  test.each(["", ":memory:", "file:db.sqlite3", "file::memory:?cache=shared"])(
    "refuses %s, which is no file",
    (path) => {
      expect(() => new SqliteDatabase(path)).toThrow(ImproperlyConfigured);
      expect(() => new SqliteDatabase(path)).toThrow("Write sqlite:PATH, such as sqlite:db.sqlite3");
    },
  );

  test("refuses a folder that is a file, a file that is a folder, and one that is no database", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "x".repeat(1000));
    mkdirSync(join(folder, "folder"));
    for (const path of ["file/db.sqlite3", "folder", "file"]) {
      const open = () => new SqliteDatabase(join(folder, path));
      expect(open).toThrow(ImproperlyConfigured);
      expect(open).toThrow(/cannot be opened: .*Its folder must exist and be writable by this user\./);
    }
  });

  test.skipIf(process.getuid?.() === 0)("refuses a folder that this user may not write to", () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(() => new SqliteDatabase(join(folder, "db.sqlite3"))).toThrow("be writable by this user");
  });

  test("refuses an option that it does not know", () => {
    const open = () => new SqliteDatabase(join(temporaryFolder(), "db.sqlite3"), { busySecond: 1 } as object);
    expect(open).toThrow('The SQLite database has no option "busySecond". Did you mean "busySeconds"?');
  });
});

describe("a statement outside of a transaction", () => {
  test("answers at once when it reads, and is refused when it says so but writes", async () => {
    const database = await temporaryDatabase(schema);
    expect(database.run({ sql: "select text from words", isWrite: false }, [])).toEqual([]);
    const lie = { sql: "insert into words values ('fond')", isWrite: false };
    expect(() => database.run(lie, [])).toThrow("attempt to write a readonly database");
  });

  test("is kept when it writes, and leaves nothing when it fails", async () => {
    const database = await temporaryDatabase(schema);
    await add(database, "fond");
    await expect(write(database, "insert into words values ('guide'), ('fond')")).rejects.toBeInstanceOf(
      UniqueViolation,
    );
    await add(database, "wrath");
    expect(await texts(database)).toEqual(["fond", "wrath"]);
  });

  test("is reported when it is slow", async () => {
    const slow: string[] = [];
    const onSlowStatement = ({ sql }: { readonly sql: string }) => void slow.push(sql);
    const database = await temporaryDatabase(schema, { slowStatementMilliseconds: 0, onSlowStatement });
    await texts(database);
    expect(slow.at(-1)).toBe("select text from words order by text");
  });
});

describe("a transaction", () => {
  test("keeps all of it and gives the work's result", async () => {
    const database = await temporaryDatabase(schema);
    const result = await database.transaction(async () => {
      await add(database, "fond");
      await add(database, "wrath");
      return "done";
    });
    expect(result).toBe("done");
    expect(await texts(database)).toEqual(["fond", "wrath"]);
  });

  test.each([
    ["throws at once", (): never => expect.unreachable("for the test")],
    ["rejects later", () => wait(2).then(() => Promise.reject(new Error("for the test")))],
  ])("keeps nothing when the work %s, and raises what was raised", async (_, fail) => {
    const database = await temporaryDatabase(schema);
    const work = async () => {
      await add(database, "fond");
      return fail();
    };
    await expect(database.transaction(work)).rejects.toThrow("for the test");
    await expect(database.transaction(fail)).rejects.toThrow("for the test");
    expect(await texts(database)).toEqual([]);
  });

  test("hides its rows from everyone else until it ends", async () => {
    const database = await temporaryDatabase(schema);
    const [inserted, looked] = [gate(), gate()];
    const transaction = database.transaction(async () => {
      await add(database, "fond");
      expect(await texts(database)).toEqual(["fond"]);
      inserted.open();
      await looked.opened;
    });
    await inserted.opened;
    expect(await texts(database)).toEqual([]);
    looked.open();
    await transaction;
    expect(await texts(database)).toEqual(["fond"]);
  });

  test("takes no statement of another request in, which would be answered and then rolled back", async () => {
    const database = await temporaryDatabase(schema);
    const inserted = gate();
    let hasEnded = false;
    const failing = database.transaction(async () => {
      await add(database, "mine");
      inserted.open();
      await wait(20);
      hasEnded = true;
      throw new Error("rolled back");
    });
    await inserted.opened;
    const other = add(database, "another's").then(() => expect(hasEnded).toBe(true));
    await expect(failing).rejects.toThrow("rolled back");
    await other;
    expect(await texts(database)).toEqual(["another's"]);
  });

  test("is joined by whatever is called within it, however deep and late", async () => {
    const database = await temporaryDatabase(schema);
    const service = {
      save: async (text: string) => {
        await wait(1);
        return add(database, text);
      },
    };
    const failing = database.transaction(async () => {
      await Promise.all([service.save("fond"), service.save("wrath")]);
      await new Promise<void>((resolve) => setTimeout(() => void service.save("guide").then(() => resolve()), 1));
      expect(await texts(database)).toEqual(["fond", "guide", "wrath"]);
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await texts(database)).toEqual([]);
  });

  test("lets others in, in the order of asking, and mixes none of them", async () => {
    const database = await temporaryDatabase(schema);
    const events: string[] = [];
    const writer = (name: string) =>
      database.transaction(async () => {
        events.push(`${name} in`);
        await add(database, name);
        await wait(Math.random() * 3);
        events.push(`${name} out`);
      });
    const names = ["a", "b", "c", "d", "e", "f"];
    await Promise.all(names.map(writer));
    expect(events).toEqual(names.flatMap((name) => [`${name} in`, `${name} out`]));
  });

  test("tells who waits longer than it may to come back, and goes on", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 0.05 });
    const held = gate();
    const first = database.transaction(async () => {
      await add(database, "fond");
      await held.opened;
    });
    await expect(add(database, "wrath")).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "1" } });
    held.open();
    await first;
    await add(database, "guide");
    expect(await texts(database)).toEqual(["fond", "guide"]);
  });

  test("refuses what uses it after it has ended, and keeps that out of the next one", async () => {
    const database = await temporaryDatabase(schema);
    const ended = gate();
    const late: Promise<unknown>[] = [];
    await database.transaction(async () => {
      const afterwards = (work: () => Promise<unknown>) => late.push(ended.opened.then(work));
      afterwards(() => add(database, "late"));
      afterwards(() => texts(database));
      afterwards(() => database.transaction(() => add(database, "late")));
    });
    const next = database.transaction(async () => {
      ended.open();
      for (const one of late) await expect(one).rejects.toThrow("This transaction has ended. Await everything");
    });
    await next;
    expect(await texts(database)).toEqual([]);
  });

  test("begins none within it after it has ended, which would stay open on the connection", async () => {
    const database = await temporaryDatabase(schema);
    const ended = gate();
    let late: Promise<unknown> | undefined;
    await database.transaction(() => {
      late = ended.opened.then(() => database.transaction(() => add(database, "late")));
    });
    ended.open();
    await expect(late).rejects.toThrow("This transaction has ended");
    await add(database, "fond");
    expect(await texts(database)).toEqual(["fond"]);
  });

  test("is over once its work is, though a slip in it goes on", async () => {
    const database = await temporaryDatabase(schema);
    let slip: Promise<unknown> | undefined;
    await database.transaction(async () => {
      await add(database, "fond");
      slip = Promise.resolve().then(() => Promise.resolve().then(() => add(database, "slip")));
    });
    await expect(slip).rejects.toThrow("This transaction has ended");
    expect(await texts(database)).toEqual(["fond"]);
  });

  test("rolls back and lets the next in when the commit itself fails", async () => {
    const database = await temporaryDatabase(`
      create table owners (id integer primary key);
      create table words (text text, owner_id bigint references owners (id) deferrable initially deferred)`);
    const orphan = () => write(database, "insert into words values ('fond', 7)");
    await expect(database.transaction(orphan)).rejects.toThrow("FOREIGN KEY constraint failed");
    await expect(orphan()).rejects.toThrow("FOREIGN KEY constraint failed");
    await write(database, "insert into words values ('wrath', null)");
    expect(await texts(database)).toEqual(["wrath"]);
  });

  test("takes nothing more once the database has rolled it back by itself", async () => {
    const database = await temporaryDatabase(schema);
    await add(database, "fond");
    const work = database.transaction(async () => {
      await add(database, "wrath");
      await expect(write(database, "insert or rollback into words values ('fond')")).rejects.toThrow(UniqueViolation);
      await add(database, "guide");
    });
    await expect(work).rejects.toThrow("The database has rolled this transaction back.");
    expect(await texts(database)).toEqual(["fond"]);
  });
});

describe("a transaction within another", () => {
  test("keeps or undoes its own part alone", async () => {
    const database = await temporaryDatabase(schema);
    await database.transaction(async () => {
      await add(database, "outer");
      await database.transaction(() => add(database, "kept"));
      const failing = database.transaction(async () => {
        await add(database, "undone");
        await database.transaction(() => add(database, "undone too"));
        throw new Error("inner");
      });
      await expect(failing).rejects.toThrow("inner");
      await add(database, "after");
    });
    expect(await texts(database)).toEqual(["after", "kept", "outer"]);
  });

  test("is undone with the outer one", async () => {
    const database = await temporaryDatabase(schema);
    const outer = database.transaction(async () => {
      await database.transaction(() => add(database, "fond"));
      throw new Error("outer");
    });
    await expect(outer).rejects.toThrow("outer");
    expect(await texts(database)).toEqual([]);
  });

  test("stands beside others that are begun at the same time, one after the other", async () => {
    const database = await temporaryDatabase(schema);
    await database.transaction(async () => {
      const inner = (text: string, isKept: boolean) =>
        database.transaction(async () => {
          await add(database, text);
          await wait(2);
          await add(database, `${text} again`);
          if (!isKept) throw new Error(text);
        });
      const settled = await Promise.allSettled([
        inner("a", true),
        inner("b", false),
        inner("c", true),
        inner("d", false),
      ]);
      expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
    });
    expect(await texts(database)).toEqual(["a", "a again", "c", "c again"]);
  });

  test("takes no statement of the outer one in, which would be undone with it", async () => {
    const database = await temporaryDatabase(schema);
    await database.transaction(async () => {
      const failing = database.transaction(async () => {
        await add(database, "inner");
        await wait(5);
        throw new Error("inner");
      });
      const [first, second] = await Promise.allSettled([failing, add(database, "outer")]);
      expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
    });
    expect(await texts(database)).toEqual(["outer"]);
  });

  test("that nobody awaits fails the outer one, for only a part of it would be kept", async () => {
    const database = await temporaryDatabase(schema);
    let inner: Promise<unknown> | undefined;
    const outer = database.transaction(async () => {
      await add(database, "outer");
      inner = database.transaction(async () => {
        await add(database, "inner");
        await wait(5);
      });
      inner.catch(() => {});
    });
    await expect(outer).rejects.toThrow("A nested transaction goes on. Await everything");
    await expect(inner).rejects.toThrow("This transaction has ended");
    expect(await texts(database)).toEqual([]);
  });

  test("that ends late undoes nothing of another request's", async () => {
    const database = await temporaryDatabase(schema);
    const ended = gate();
    let late: Promise<unknown> | undefined;
    const first = database.transaction(async () => {
      late = database.transaction(async () => {
        await ended.opened;
        throw new Error("late");
      });
      late.catch(() => {});
    });
    await expect(first).rejects.toThrow("A nested transaction goes on");
    await database.transaction(async () => {
      await database.transaction(async () => {
        await add(database, "fond");
        ended.open();
        await expect(late).rejects.toThrow("late");
      });
    });
    expect(await texts(database)).toEqual(["fond"]);
  });

  test("that awaits what waits for its end is given up", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 0.3 });
    const all = () => texts(database);
    for (const ask of [all, () => database.transaction(all)]) {
      await expect(tangled(database, ask)).rejects.toMatchObject({
        status: 503,
        cause: { message: expect.stringMatching("A nested transaction goes on for 0.3 s") as string },
      });
    }
    expect(await all()).toEqual([]);
  });
});

describe("alterTables", () => {
  const family = `
    create table owners (id integer primary key, name text);
    create table words (text text, owner_id bigint not null references owners (id) on delete cascade);
    insert into owners values (1, 'ann');
    insert into words values ('fond', 1)`;

  async function rebuildOwners(database: SqliteDatabase): Promise<void> {
    await write(database, "create table new_owners (id integer primary key, name text not null)");
    await write(database, "insert into new_owners select id, name from owners");
    await write(database, "drop table owners");
    await write(database, "alter table new_owners rename to owners");
  }

  test("keeps the rows that refer to a table which is built anew", async () => {
    const database = await temporaryDatabase(family);
    expect(await database.alterTables(() => rebuildOwners(database).then(() => "done"))).toBe("done");
    expect(await texts(database)).toEqual(["fond"]);
    await write(database, "delete from owners");
    expect(await texts(database)).toEqual([]);
  });

  test("has no effect when it throws, and puts foreign keys on again", async () => {
    const database = await temporaryDatabase(family);
    const altering = database.alterTables(async () => {
      await rebuildOwners(database);
      await write(database, "delete from owners");
      throw new Error("It failed.");
    });
    await expect(altering).rejects.toThrow("It failed.");
    expect(await read(database, "select name from owners")).toEqual([["ann"]]);
    await expect(write(database, "insert into words values ('wrath', 7)")).rejects.toThrow("FOREIGN KEY");
  });

  test("keeps nothing of a change that fails in the middle", async () => {
    const database = await temporaryDatabase(family);
    const altering = database.alterTables(async () => {
      await rebuildOwners(database);
      await write(database, "alter table missing add column x");
    });
    await expect(altering).rejects.toThrow("no such table");
    expect(await read(database, "select name from sqlite_master where type = 'table' order by name")).toEqual([
      ["owners"],
      ["words"],
    ]);
    expect(await texts(database)).toEqual(["fond"]);
  });

  test("lets other writes wait, with their foreign keys on", async () => {
    const database = await temporaryDatabase(family);
    const altering = database.alterTables(() => wait(5));
    await expect(write(database, "insert into words values ('wrath', 7)")).rejects.toThrow("FOREIGN KEY");
    await altering;
  });

  test("is refused within a transaction, where it could only wait for itself", async () => {
    const database = await temporaryDatabase(family);
    const altering = database.transaction(() => database.alterTables(() => {}));
    await expect(altering).rejects.toThrow("Tables cannot be altered within a transaction.");
  });
});

describe("close", () => {
  test("lets those who asked before write, and refuses those who ask after at once", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 60 });
    const path = database.location;
    const writes = [
      database.transaction(async () => {
        await wait(5);
        await add(database, "fond");
      }),
      add(database, "wrath"),
    ];
    const closed = database.close();
    await expect(add(database, "guide")).rejects.toThrow("The database is closed.");
    await Promise.all([...writes, closed]);
    expect(() => database.run({ sql: "select 1", isWrite: false }, [])).toThrow("not open");
    const again = new SqliteDatabase(path);
    expect(await texts(again)).toEqual(["fond", "wrath"]);
    await again.close();
  });

  test("may be asked for twice", async () => {
    const database = await temporaryDatabase();
    await Promise.all([database.close(), database.close()]);
    await expect(database.close()).resolves.toBeUndefined();
  });

  test("is refused within a transaction, where it could only wait for itself", async () => {
    const database = await temporaryDatabase(schema);
    await expect(database.transaction(() => database.close())).rejects.toThrow("within a transaction");
    await add(database, "fond");
  });
});

describe("the statements that run", () => {
  test("of one write are its own and those around it", async () => {
    const database = await temporaryDatabase(schema);
    const observed = observedStatements();
    await add(database, "fond");
    await texts(database);
    expect(observed).toEqual([
      "BEGIN IMMEDIATE",
      "insert into words values (?)",
      "COMMIT",
      "select text from words order by text",
    ]);
  });
});
