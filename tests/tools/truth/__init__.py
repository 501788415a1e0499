"""The truth of the saved questions, told without SQL. Importing it registers every answer."""

from . import apps, audit, challenges, messages, pools, recovery, sign_ins, users  # noqa: F401
