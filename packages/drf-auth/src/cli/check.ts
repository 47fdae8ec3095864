import { join } from "node:path";
import type { Project } from "../application/index.ts";
import * as migrations from "../migrations/index.ts";
import { readMachine } from "../server/index.ts";
import { oneOf } from "../settings.ts";
import { deployFindings, type Finding, readDeployment } from "./deploy-checks.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";
import { misspelt } from "./variables.ts";

export interface CheckOptions {
  readonly app?: string;
  /** Whether it is looked at as what is served for others. */
  readonly deploy?: boolean;
  /** The least level at which the exit code is 1. */
  readonly failLevel: string;
  /** Whether it is written for programs. */
  readonly json?: boolean;
}

const levels = ["error", "warning", "info"] as const;

/** `drf-auth check`: says what is wrong with the application, and with the place where it is served. */
export async function check(terminal: Terminal, options: CheckOptions): Promise<number> {
  const { environment } = terminal;
  const failLevel = oneOf({ "--fail-level": options.failLevel }, "--fail-level", levels, "error");
  const project = await openFrom(terminal, options.app);
  const findings: Finding[] = [];
  try {
    findings.push(...(await migrationFindings(project)));
    for (const { name, guess } of misspelt(environment)) {
      findings.push({
        level: "warning",
        id: "variable",
        message: `The variable ${name} is set, and nothing reads it.`,
        hint: `Did you mean ${guess}?`,
      });
    }
    if (options.deploy) findings.push(...deployFindings(readDeployment(project, environment, readMachine())));
  } finally {
    await project.database.close();
  }
  findings.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  terminal.say(options.json ? JSON.stringify(findings, undefined, 2) : report(findings, options.deploy === true));
  return findings.some(({ level }) => levels.indexOf(level) <= levels.indexOf(failLevel)) ? 1 : 0;
}

async function migrationFindings({ application, database, folder, registry }: Project): Promise<readonly Finding[]> {
  const context = { database, registry, folder: join(folder, application.settings.migrationsFolder) };
  const unwritten = await migrations.unwrittenChanges(context);
  const pending = await migrations.pendingMigrations(context);
  const locking = await migrations.lockingSteps(context);
  return [
    ...unwritten.map((change): Finding => ({
      level: "error",
      id: "migration-unwritten",
      message: `A model changed without a migration: ${change}.`,
      hint: "Run npx drf-auth makemigrations.",
    })),
    ...pending.map((name): Finding => ({
      level: "error",
      id: "migration-pending",
      message: `The database lacks ${name}.`,
      hint: "Run npx drf-auth migrate, or serve with --migrate.",
    })),
    ...locking.map((step): Finding => ({
      level: step.rows !== undefined && step.rows < fewRows ? "info" : "warning",
      id: "migration-locks",
      message: `${step.key} ${step.sentence}, and holds ${step.table} (${rowsOf(step.rows)}) meanwhile: others wait.`,
      hint: step.hasSafeForm
        ? "With isAtomic: false in the migration indexes are made concurrently, and constraints are checked without " +
          "holding the table (NOT VALID first)."
        : "All rows are written anew. Add another field, fill it part by part, and remove this one.",
    })),
  ];
}

/** What is read in a moment. */
const fewRows = 10_000;

function rowsOf(rows: number | undefined): string {
  return rows === undefined ? "nobody knows how many rows" : `about ${rows.toLocaleString("en")} rows`;
}

function report(findings: readonly Finding[], isDeploy: boolean): string {
  if (findings.length === 0)
    return `No problems found${isDeploy ? "" : "; --deploy looks at what production asks too"}.`;
  const lines = findings.flatMap(({ level, id, message, hint }) => [
    `${level.padEnd(8)}${id}`,
    `  ${message}`,
    `  ${hint}`,
  ]);
  const counts = levels.map((level) => [level, findings.filter((finding) => finding.level === level).length] as const);
  const found = counts.filter(([, count]) => count > 0).map(([level, count]) => `${level}: ${count}`);
  return [...lines, "", found.join(", ")].join("\n");
}
