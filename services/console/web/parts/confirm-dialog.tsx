// Asks before something is done that everybody will feel.
import { useEffect, useRef, useState } from 'preact/hooks';

export type Question = { title: string; text: string; action: string };

let pending: ((isMeant: boolean) => void) | null = null;
let show: (question: Question | null) => void = () => undefined;

/** True where the action was chosen. */
export function isMeant(question: Question): Promise<boolean> {
  pending?.(false);
  return new Promise((resolve) => {
    pending = resolve;
    show(question);
  });
}

export function ConfirmDialog() {
  const [question, setQuestion] = useState<Question | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  show = setQuestion;
  useEffect(() => {
    if (question !== null && dialog.current?.open === false) dialog.current.showModal();
  }, [question]);
  const end = (answer: boolean) => {
    pending?.(answer);
    pending = null;
    setQuestion(null);
    // Before it is gone: that is how the focus goes back to where it was.
    dialog.current?.close();
  };
  if (question === null) return null;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onClose={() => end(false)}
    >
      <h2 id="confirm-title">{question.title}</h2>
      <p id="confirm-text">{question.text}</p>
      <div class="dialog-end">
        <button type="button" class="plain" onClick={() => end(false)}>
          Cancel
        </button>
        <button type="button" class="strong" onClick={() => end(true)}>
          {question.action}
        </button>
      </div>
    </dialog>
  );
}
