"""The notices that must be readable in the app, in one text."""

from __future__ import annotations

from typing import Final

LICENCES: Final = """\
Fieldapp
MIT License. Copyright (c) 2026 The Fieldapp authors.

Qt and Qt for Python (PySide6)
Copyright (C) The Qt Company Ltd and other contributors. Used under the GNU Lesser General Public
License version 3. Qt is linked dynamically: you may replace its libraries with your own build.
The source is at https://code.qt.io and the licence at https://www.gnu.org/licenses/lgpl-3.0.html.

SQLCipher (in the Python package sqlcipher3)
Copyright (c) 2008-2024, ZETETIC LLC. All rights reserved.
Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met: redistributions of source code must retain the
above copyright notice, this list of conditions and the following disclaimer; redistributions in
binary form must reproduce the above copyright notice, this list of conditions and the following
disclaimer in the documentation and/or other materials provided with the distribution; neither the
name of the ZETETIC LLC nor the names of its contributors may be used to endorse or promote
products derived from this software without specific prior written permission.
THIS SOFTWARE IS PROVIDED BY ZETETIC LLC "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING,
BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE
ARE DISCLAIMED. IN NO EVENT SHALL ZETETIC LLC BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING
NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
POSSIBILITY OF SUCH DAMAGE.

SQLite is in the public domain.

OpenSSL
Copyright (c) 1998-2024 The OpenSSL Project Authors. Apache License 2.0,
https://www.apache.org/licenses/LICENSE-2.0.

Inter typeface
Copyright (c) 2016 The Inter Project Authors. SIL Open Font License 1.1.

Phosphor icons (in the Python package QtAwesome)
Copyright (c) 2020 Phosphor Icons. MIT License. QtAwesome: MIT License, (c) The Spyder contributors.

SQLAlchemy, SQLModel, Alembic, pydantic, keyring, platformdirs, urllib3: MIT License.
requests: Apache License 2.0. certifi: Mozilla Public License 2.0. idna, Mako: BSD and MIT.

Python
Copyright (c) 2001 Python Software Foundation. PSF License Version 2.
"""
