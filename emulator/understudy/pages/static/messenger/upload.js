// A file's way: ask for a place, put the bytes there, wait until the platform says that it has them.

import { md5 } from "./md5.js";
import { errorText } from "./texts.js";
import { uuid } from "./settings.js";

const PATIENCE = 60_000; // milliseconds from the PUT to the platform's word

export class Uploads {
  constructor(session) {
    this.session = session;
    this.waiting = new Map(); // attachment id → function of (succeeded, body)
  }

  /** Upload; the attachment's id, or an error whose `text` names what to tell. */
  async send(file) {
    const bytes = await file.arrayBuffer();
    const id = uuid();
    const place = await this.place(file, id, md5(bytes));
    const finished = this.outcome(place.attachmentId || id);
    const put = await fetch(place.url, { method: "PUT", headers: place.headers || {}, body: bytes }).catch(() => null);
    if (!put || !put.ok) {
      this.waiting.delete(place.attachmentId || id);
      throw fault("uploadFailed");
    }
    return finished;
  }

  place(file, attachmentId, fileMd5) {
    const request = {
      action: "onAttachment", attachmentId, fileName: file.name, fileType: file.type || "application/octet-stream",
      fileSize: file.size, fileMd5, errorsAsJson: true,
    };
    return new Promise((resolve, reject) => {
      const answered = ({ kind, code, body }) => {
        if (kind === "PresignedUrlResponse") resolve(body);
        else reject(fault(errorText((body || {}).errorCode || code)));
      };
      if (!this.session.ask(request, answered)) reject(fault("uploadFailed"));
    });
  }

  outcome(id) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(fault("uploadFailed")), PATIENCE);
      this.waiting.set(id, (succeeded, body) => {
        clearTimeout(timer);
        if (succeeded) resolve(id);
        else reject(fault(errorText((body || {}).errorCode) === "failed" ? "uploadFailed" : errorText(body.errorCode)));
      });
    });
  }

  /** A frame that no request is waiting for. */
  hear({ kind, body }) {
    const told = this.waiting.get((body || {}).attachmentId);
    if (!told || !["UploadSuccessEvent", "UploadFailureEvent"].includes(kind)) return;
    this.waiting.delete(body.attachmentId);
    told(kind === "UploadSuccessEvent", body);
  }
}

function fault(text) {
  const error = new Error(text);
  error.text = text;
  return error;
}
