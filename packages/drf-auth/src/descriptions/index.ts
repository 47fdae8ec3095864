export type { ChoiceDescription, FieldDescription } from "./field-description.ts";
export type {
  ErrorPageDescription,
  FormDescription,
  FormFieldDescription,
  Link,
  LoginPageDescription,
  PageDescription,
  SiteDescription,
} from "./page-description.ts";
export type { ViewDescription } from "./view-description.ts";
