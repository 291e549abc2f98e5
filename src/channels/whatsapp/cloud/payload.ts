/**
 * As much of a webhook of the Cloud API as is read here ("Webhooks", fields `messages` and
 * `message_template_status_update`). Anything may be missing, and
 * there may be more: Meta adds fields without notice.
 */
export interface Webhook {
  readonly entry?: readonly { readonly changes?: readonly Change[] }[]
}

export interface Change {
  readonly field?: string
  readonly value?: {
    readonly metadata?: { readonly phone_number_id?: string }
    readonly contacts?: readonly RawContact[]
    readonly messages?: readonly RawMessage[]
    readonly statuses?: readonly RawStatus[]
    readonly errors?: readonly RawError[]
  } & RawTemplateNews
}

interface RawTemplateNews {
  readonly event?: string
  readonly message_template_name?: string
  readonly message_template_language?: string
}

export interface RawContact {
  readonly wa_id?: string
  /** Business-scoped: of this person for this business only ("Business-scoped user IDs"). */
  readonly user_id?: string
  readonly profile?: { readonly name?: string }
}

interface RawMedia {
  readonly id?: string
  readonly mime_type?: string
  readonly caption?: string
  readonly filename?: string
}

export interface RawMessage {
  readonly id?: string
  readonly timestamp?: string
  readonly type?: string
  /** Missing where the person hides the number. */
  readonly from?: string
  readonly from_user_id?: string
  readonly context?: { readonly id?: string }
  readonly text?: { readonly body?: string }
  readonly interactive?: {
    readonly button_reply?: { readonly id?: string }
    readonly list_reply?: { readonly id?: string }
  }
  /** The button of a template. */
  readonly button?: { readonly payload?: string; readonly text?: string }
  readonly image?: RawMedia
  readonly audio?: RawMedia
  readonly video?: RawMedia
  readonly document?: RawMedia
  readonly location?: {
    readonly latitude?: number
    readonly longitude?: number
    readonly name?: string
    readonly address?: string
  }
  readonly contacts?: readonly {
    readonly phones?: readonly { readonly phone?: string; readonly wa_id?: string }[]
  }[]
  readonly system?: {
    readonly type?: string
    readonly wa_id?: string
    readonly user_id?: string
    readonly previous_user_id?: string
  }
}

export interface RawStatus {
  readonly id?: string
  readonly status?: string
  readonly timestamp?: string
  readonly recipient_id?: string
  readonly recipient_user_id?: string
  readonly errors?: readonly RawError[]
}

/** "Error codes": code and details are meant for programs, the rest for people. */
export interface RawError {
  readonly code?: number
  readonly error_subcode?: number
  readonly title?: string
  readonly message?: string
}
