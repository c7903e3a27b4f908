# To find the logins of one person that still hold. Never edited once merged.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_logins")]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["person_id"], name="sessions_of_person"
            ),
        ),
    ]
