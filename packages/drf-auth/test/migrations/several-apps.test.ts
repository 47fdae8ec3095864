import { describe, expect, test } from "vitest";
import { field, model, type Model, userModel } from "../../src/models/index.ts";
import { ModelsProject, type Said } from "./fixtures/models-project.ts";

const to = (target: Model) => field.foreignKey(target, { onDelete: "cascade", null: true });
const [Old, New, Newer] = [model("aa.Old", {}), model("aa.New", {}), model("aa.Newer", {})];
const ref = (name: `${string}.${string}`, targets: Readonly<Record<string, Model>>) =>
  model(name, Object.fromEntries(Object.entries(targets).map(([key, target]) => [key, to(target)])));
const Between = ref("bb.Ref", { old: Old });
const person = (name: `${string}.${string}`) =>
  userModel(name, { email: field.email({ unique: true }) }, { usernameField: "email" });

/** Each step: the models that there are then, and what is said of them. */
type Steps = readonly (readonly [models: readonly Model[], said?: Said, user?: ReturnType<typeof person>])[];

const cases: Readonly<Record<string, Steps>> = {
  "a model is renamed": [
    [[Old, ref("bb.Ref", { old: Old })]],
    [[New, ref("bb.Ref", { old: New })], { renames: { "aa.Old": "aa.New" } }],
  ],
  "a model is renamed, and again": [
    [[Old, ref("bb.Ref", { old: Old })]],
    [[New, ref("bb.Ref", { old: New })], { renames: { "aa.Old": "aa.New" } }],
    [[Newer, ref("bb.Ref", { old: Newer })], { renames: { "aa.New": "aa.Newer" } }],
  ],
  "a model is renamed to which a field referred that was added later, and one that was altered": [
    [[Old, ref("bb.Ref", {}), ref("cc.Refers", { old: Old })]],
    [
      [
        Old,
        ref("bb.Ref", { old: Old }),
        model("cc.Refers", { old: field.foreignKey(Old, { onDelete: "cascade", null: true, index: false }) }),
      ],
    ],
    [
      [
        New,
        ref("bb.Ref", { old: New }),
        model("cc.Refers", { old: field.foreignKey(New, { onDelete: "cascade", null: true, index: false }) }),
      ],
      { renames: { "aa.Old": "aa.New" } },
    ],
  ],
  "a model is renamed and so is the field that refers to it": [
    [[Old, ref("bb.Ref", { old: Old })]],
    [[New, ref("bb.Ref", { new: New })], { renames: { "aa.Old": "aa.New", "bb.Ref.old": "new" } }],
  ],
  "a model of another application's relation of many to many is renamed": [
    [[Old, model("bb.Ref", { olds: field.manyToMany(Old) })]],
    [[New, model("bb.Ref", { olds: field.manyToMany(New) })], { renames: { "aa.Old": "aa.New" } }],
  ],
  "a model is deleted to which one referred until the migration before": [
    [[Old, ref("bb.Ref", { old: Old })]],
    [[Old, ref("bb.Ref", {})]],
    [[ref("bb.Ref", {})]],
  ],
  "a model is deleted with that which refers to it, over applications and back": [
    [[Old, Between, ref("aa.Third", { ref: Between })]],
    [[model("aa.Other", {})], { renames: { "aa.Old": null } }],
  ],
  "a user model is renamed to which others refer": [
    [[model("notes.Note", { owner: field.foreignKey("user", { onDelete: "cascade" }) })], {}, person("people.Person")],
    [
      [model("notes.Note", { owner: field.foreignKey("user", { onDelete: "cascade" }) }), model("zoo.Cage", {})],
      { renames: { "people.Person": "people.Human" } },
      person("people.Human"),
    ],
    [
      [
        model("notes.Note", { owner: field.foreignKey("user", { onDelete: "cascade" }) }),
        ref("zoo.Cage", {}),
        model("zoo.Keeper", { user: field.oneToOne("user", { onDelete: "cascade" }) }),
      ],
      { renames: { "people.Human": "people.Being" } },
      person("people.Being"),
    ],
  ],
};

describe("migrations of several applications fit a database that goes along with them and one that begins, where", () => {
  test.each(Object.entries(cases))("%s", async (_what, steps) => {
    await using project = new ModelsProject();
    for (const [models, said, user] of steps) {
      const now = { models, ...(user && { user }) };
      expect(await project.make(now, said)).not.toEqual([]);
      expect(await project.make(now)).toEqual([]);
      await project.migrate(now);
    }
    const [models, , user] = steps.at(-1) ?? [[]];
    const last = { models, ...(user && { user }) };
    expect(await project.migrate(last)).toEqual(["No migrations to apply."]);
    const [first = ""] = steps[0]?.[0].map(({ name }) => name.split(".")[0]) ?? [];
    await project.migrate(last, `${first}.zero`);
    await project.migrate(last);
    project.startAfresh();
    await project.migrate(last);
    expect(await project.migrate(last)).toEqual(["No migrations to apply."]);
  });
});
