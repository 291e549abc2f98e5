import type { Move } from '../dialog/dialog.js'
import { BLANK_LINE, text } from '../kernel/text.js'
import type { CitizenEffects } from './effects.js'
import { phoneDialogFrame } from './phone-dialog.js'

type Submitted = Extract<CitizenEffects['submit']['result'], { ok: true }>

/** The number, who answers and by when; after the first report, once, the question for a phone number. */
export const receipt = ({ report, office, dueAt, askPhone }: Submitted): Move => ({
  say: [
    {
      body: [
        text('receipt.number', { number: report }),
        BLANK_LINE,
        text('receipt.office', { office: { ...office }, deadline: { at: dueAt, style: 'deadline' } }),
        BLANK_LINE,
        text('receipt.later', { number: report }),
      ],
      about: report,
    },
  ],
  end: true,
  begin: askPhone ? phoneDialogFrame('optional') : undefined,
})
