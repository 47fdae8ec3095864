/** A field of a serializer as plain data: what OPTIONS, forms and documents are made of. */
export interface FieldDescription {
  readonly name: string;
  /** DRF's word for the kind: string, integer, datetime, field … */
  readonly type: string;
  readonly isRequired: boolean;
  readonly isReadOnly: boolean;
  readonly label: string;
  readonly helpText?: string;
  /** Whether a form gives it several lines. */
  readonly isMultiline?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: bigint | number | string;
  readonly maxValue?: bigint | number | string;
  readonly maxDigits?: number;
  readonly decimalPlaces?: number;
  /** The values that it may have. */
  readonly choices?: readonly ChoiceDescription[];
  /** The field of each value of a list or dictionary. */
  readonly child?: FieldDescription;
  /** The fields of a nested object. */
  readonly fields?: readonly FieldDescription[];
}

/** A value that a field may have, and what people call it. */
export interface ChoiceDescription {
  readonly value: boolean | number | string;
  readonly displayName: string;
}
