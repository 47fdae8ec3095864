import type { FormDescription, FormFieldDescription, SiteDescription } from "../../descriptions/index.ts";
import { isUpload, renderFormControl } from "./form-control.ts";
import { attributes, type Html, html } from "./html.ts";
import { renderCsrfInput } from "./site-header.ts";

/**
 * Makes a form with an input for each field that can be written; `id` begins the ids in it. The browser checks nothing
 * (`novalidate`): what the API says about a value is what its page is there to show.
 */
export function renderForm(form: FormDescription, site: SiteDescription, id: string): Html {
  const fields = form.fields.filter((field) => !field.isReadOnly);
  const hasFiles = fields.some(({ type }) => isUpload(type));
  return html`<form
    ${attributes({ method: "post", action: form.url, enctype: hasFiles ? "multipart/form-data" : undefined })}
    novalidate
  >
    ${renderCsrfInput(site)} ${form.errors.length > 0 && renderErrors(form.errors)}
    ${fields.map((field, index) => renderField(field, `${id}-${index + 1}`))}
    <button>${form.method}</button>
  </form>`;
}

/** Makes the sentences that say what is wrong with the whole of a form, read out when the page opens. */
export function renderErrors(errors: readonly string[]): Html {
  return html`<div class="wrong" role="alert">${errors.map((error) => html`<p>${error}</p>`)}</div>`;
}

function renderField(field: FormFieldDescription, id: string): Html {
  const { label, helpText = "", errors } = field;
  const helpId = helpText === "" ? undefined : `${id}-help`;
  const errorsId = errors.length === 0 ? undefined : `${id}-errors`;
  const described = [errorsId, helpId].filter((part) => part !== undefined).join(" ");
  const control = renderFormControl(field, id, described === "" ? undefined : described);
  const caption = html`<label for="${id}">${label}</label>`;
  return html`<div class="field">
    ${field.type === "boolean" ? html`<div class="choice">${control} ${caption}</div>` : html`${caption} ${control}`}
    ${errorsId && html`<div class="wrong" id="${errorsId}">${errors.map((error) => html`<p>${error}</p>`)}</div>`}
    ${helpId && html`<p class="quiet" id="${helpId}">${helpText}</p>`}
  </div>`;
}
