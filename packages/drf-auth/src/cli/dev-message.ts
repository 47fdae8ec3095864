/** What the process of an application tells `drf-auth dev`. */
export type DevMessage =
  | { readonly type: "ready"; readonly port: number }
  /** What went wrong, as the person who writes the application needs it. */
  | { readonly type: "failed"; readonly text: string };
