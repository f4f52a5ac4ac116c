"""The tables, by what they are about; `storage.models` names them all."""
