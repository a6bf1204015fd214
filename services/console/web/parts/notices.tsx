// What is said where there is nothing to show: yet, or for a reason.

export function Waiting({ what }: { what: string }) {
  return (
    <p class="empty is-waiting" role="status">
      Asking for {what}…
    </p>
  );
}

export function Problem({ text }: { text: string }) {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}
