// How wide an element is, so that what is drawn in it keeps its own sizes.
import { useEffect, useRef, useState } from 'preact/hooks';

/** A ref for the element, and its width in pixels. */
export function useWidth(start = 640): [{ current: HTMLElement | null }, number] {
  const box = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(start);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setWidth(Math.max(200, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}
