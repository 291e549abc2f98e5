/** Longer ones are no words, and would fill the memory. */
const LONGEST_KEPT = 40

/**
 * Answers again what was asked before: people's words repeat. All is forgotten when it has become so many questions.
 * @param answer depends on nothing but the question
 */
export function remember<Answer>(
  most: number,
  answer: (question: string) => Answer,
): (question: string) => Answer {
  const known = new Map<string, Answer>()
  return (question) => {
    if (question.length > LONGEST_KEPT) return answer(question)
    const before = known.get(question)
    if (before !== undefined) return before
    const now = answer(question)
    if (known.size >= most) known.clear()
    known.set(question, now)
    return now
  }
}
